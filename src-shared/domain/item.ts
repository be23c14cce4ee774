import { z } from 'zod';
import { FieldValue } from './condition.ts';
import { deliveryStates } from './delivery.ts';

/**
 * The life of one record in an operation. The sum of items over all states is always the operation's total. Items are
 * no longer `applying` or `unknown`, since deliveries have states of their own; but stored selections of items name
 * both, and `unknown` also counts requests without an answer on either side.
 */
export const itemStates = [
  'planned',
  'applying',
  'done',
  'skipped',
  'failed',
  'cancelled',
  'unknown',
] as const;
export type ItemState = (typeof itemStates)[number];

/** Those of items that a further try is about: nothing came of them. */
export const leftoverStates = ['failed', 'cancelled', 'unknown'] as const satisfies readonly ItemState[];

/** Why an item was skipped or failed, with the words a support agent reads. */
export const reasons = {
  already_so: 'Already so',
  closed: 'Closed tickets stay closed',
  illegal_transition: 'This status change is not allowed',
  deleted: 'It is deleted',
  not_deleted: 'It is not deleted',
  not_found: 'No such record',
  processing: 'It is being processed',
  locked: 'The order is locked',
  already_archived: 'Already archived',
  file_not_removed: 'One of its files could not be removed',
  missing_transcript: 'It has no transcript',
  has_invoices: 'Orders with invoices cannot be deleted',
  changed_since: 'Changed in the meantime',
  changed_since_export: 'Changed since it was exported',
  duplicate: 'Already in the workspace',
  storage_error: 'The database refused the change',
  quarantined: 'Set aside: the console ended three times while working on it',
} as const;
export type Reason = keyof typeof reasons;
export const Reason = z.enum(Object.keys(reasons) as [Reason, ...Reason[]]);

/** Changed fields only; times are epoch ms. */
export const Changes = z.record(z.string(), FieldValue);
export type Changes = z.infer<typeof Changes>;

export const Item = z.strictObject({
  seq: z.int().positive(),
  recordId: z.int().positive().nullable(),
  /** What the record is called on screen: its id in the system it came from. */
  recordKey: z.string(),
  recordTitle: z.string(),
  state: z.enum(itemStates),
  reason: Reason.nullable(),
  /** What stood there before, or stands there while nothing was done; in an undo that left it alone as well. */
  before: Changes.nullable(),
  /** What was written, or would be. */
  after: Changes.nullable(),
  /** In an undo: what the operation that is taken back wrote. */
  written: Changes.nullable(),
  /**
   * The state of the delivery to the remote that the record belongs to, and the reason, or how its conflict was decided
   * (`Decision`); null if there is none.
   */
  delivery: z.strictObject({ state: z.enum(deliveryStates), code: z.string().nullable() }).nullable(),
  /** The undo that took it back as a whole and was not taken back itself. */
  undoneBy: z.int().positive().nullable(),
  attempts: z.int().min(0),
  finishedAt: z.int().nullable(),
});
export type Item = z.infer<typeof Item>;
