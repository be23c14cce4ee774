import { z } from 'zod';
import { deliveryStates } from './delivery.ts';
import { Filter } from './filter.ts';
import { itemStates } from './item.ts';

/** More ids than this are named as a filter minus exceptions instead; both hosts carry this many in one message. */
export const maxSelectedIds = 250_000;

export const RecordId = z.int().positive();
export const OperationId = z.int().positive();

/** What an operation is about. Always resolved inside the database, never by shipping records. */
export const Selection = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('ids'), ids: z.array(RecordId).min(1).max(maxSelectedIds) }),
  z.strictObject({
    mode: z.literal('filter'),
    filter: Filter,
    except: z.array(RecordId).max(maxSelectedIds).default([]),
  }),
  /**
   * The records of an earlier operation's items in these states, or of which remotes were told with these ends, for retry;
   * with `after` only those of items with a higher seq.
   */
  z.strictObject({
    mode: z.literal('items'),
    operationId: OperationId,
    states: z.array(z.enum(itemStates)).min(1),
    deliveries: z.array(z.enum(deliveryStates)).optional(),
    after: z.int().min(0).optional(),
  }),
]);
export type Selection = z.infer<typeof Selection>;
