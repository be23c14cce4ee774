import { z } from 'zod';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { type Action, defineAction } from '../action.ts';

/** Deleted records come back as they were, but for what was erased: `warning` says that. */
export function restoreOf(collection: CollectionName, warning?: string): Action {
  return defineAction({
    collection,
    name: 'restore',
    label: 'Restore',
    forDeleted: true,
    ...(warning !== undefined && { warning }),
    input: z.strictObject({}),
    form: [],
    title: () => `Restore ${collections[collection].many}`,
    change: () => ({ kind: 'set', values: { deletedAt: null }, rules: [] }),
  });
}
