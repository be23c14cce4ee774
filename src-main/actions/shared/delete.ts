import { z } from 'zod';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { type Action, defineAction, type Rule } from '../action.ts';

/** What every deletion has in common. */
export function deletion(collection: CollectionName) {
  return {
    collection,
    name: 'delete',
    label: 'Delete',
    isDestructive: true,
    title: () => `Delete ${collections[collection].many}`,
  } as const;
}

/** Deleting is soft: the records leave every view and can be restored. */
export function deletionOf(collection: CollectionName, rules: readonly Rule[] = []): Action {
  return defineAction({
    ...deletion(collection),
    input: z.strictObject({}),
    form: [],
    change: (_input, { nowMs }) => ({ kind: 'set', values: { deletedAt: nowMs }, rules }),
  });
}
