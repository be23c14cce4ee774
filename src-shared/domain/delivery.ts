import { z } from 'zod';
import type { CollectionName } from '../collections/index.ts';
import type { FieldValue } from './condition.ts';
import type { Changes } from './item.ts';
import type { Counts } from './operation.ts';

/**
 * The life of what a remote is told of one item. `checking`: a request left and no answer came, so the remote is asked
 * what became of it. `unknown`: not even that could tell, and it stays so until the user decides.
 */
export const deliveryStates = [
  'waiting',
  'sending',
  'checking',
  'confirmed',
  'refused',
  'conflict',
  'unknown',
  'cancelled',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/**
 * The code of a delivery in conflict once that is decided: whose change stays, or `decided` if that was not recorded.
 * Its state remains `conflict`, as in the history.
 */
export const decisions = ['kept_mine', 'kept_theirs', 'decided'] as const;
export type Decision = (typeof decisions)[number];

/** How a delivery's conflict was decided; null where there is none, or none that was. */
export function decisionOf(delivery: {
  readonly state: DeliveryState;
  readonly code: string | null;
}): Decision | null {
  if (delivery.state !== 'conflict') return null;
  return decisions.find((decision) => decision === delivery.code) ?? null;
}

/** What is to happen to one record at the remote. A field `deletedAt` deletes it, or with null brings it back. */
export type RecordChange =
  | { readonly kind: 'fields'; readonly before: Changes; readonly after: Changes }
  | { readonly kind: 'comment'; readonly body: string; readonly isInternal: boolean }
  /** The comment that operation `of` added is hidden or shown again. */
  | { readonly kind: 'comment_visibility'; readonly of: number; readonly isVisible: boolean };

/** One change of one record, as a remote is told of it. */
export interface Delivery {
  /** Names this change for ever, over restarts and repetitions. */
  readonly key: string;
  /** The record's id at the remote. */
  readonly recordKey: string;
  /** The remote's version of the record that the change was made on; null where it is not known. */
  readonly version: number | null;
  /** What was pulled of the record last is that version: it stands there so, unless something newer comes than was pulled. */
  readonly isAsPulled: boolean;
  readonly change: RecordChange;
}

/** A change that can be sent for many records in one request, all of which get the same value. */
export interface BulkWay {
  readonly collection: CollectionName;
  /** The fields that change, in order of the alphabet with commas between them, or `comment`. */
  readonly change: string;
  /** Where not all values of the one field can be told so: those that can, or any but none. */
  readonly values?: readonly string[] | 'any_but_none';
  /** The most records in one request. */
  readonly max: number;
}

/** A record as a remote has it. */
export interface RemoteRecord {
  /** Its id there. */
  readonly key: string;
  readonly version: number;
  readonly isDeleted: boolean;
  /** By the names of the collection's fields; times in epoch ms. May be empty for a deleted record. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** True if a record has all of these values; if it is meant to be deleted, only that counts. */
export function standsAs({ isDeleted, fields }: RemoteRecord, { deletedAt, ...values }: Changes): boolean {
  if ((deletedAt ?? null) !== null) return isDeleted;
  if (deletedAt === null && isDeleted) return false;
  return Object.entries(values).every(([name, value]) => !isDeleted && isSame(fields[name] ?? null, value));
}

function isSame(one: FieldValue, other: FieldValue): boolean {
  return one === other || (one !== null && other !== null && String(one) === String(other));
}

/** In flight in so many crashes, a delivery is not sent any more; one time less, and it goes alone. */
export const crashLimit = 3;

export const DeliveryCounts = z.strictObject({
  waiting: z.int().min(0),
  sending: z.int().min(0),
  checking: z.int().min(0),
  confirmed: z.int().min(0),
  refused: z.int().min(0),
  conflict: z.int().min(0),
  unknown: z.int().min(0),
  cancelled: z.int().min(0),
} satisfies Record<DeliveryState, z.ZodType>);
export type DeliveryCounts = z.infer<typeof DeliveryCounts>;

/** How many deliveries are in each state. */
export function countDeliveryStates(
  rows: readonly { state: DeliveryState; count: number }[],
): DeliveryCounts {
  const counts = Object.fromEntries(deliveryStates.map((state) => [state, 0])) as Record<
    DeliveryState,
    number
  >;
  for (const { state, count } of rows) counts[state] += count;
  return counts;
}

/** Those of changes that the remote is still to be told of, or asked about. */
export const openDeliveryStates = ['waiting', 'sending', 'checking'] as const satisfies DeliveryState[];

export function isDeliveryOpen(state: DeliveryState): boolean {
  return (openDeliveryStates as readonly DeliveryState[]).includes(state);
}

/** How many deliveries are not settled yet. */
export function deliveryOpen(counts: DeliveryCounts): number {
  return openDeliveryStates.reduce((sum, state) => sum + counts[state], 0);
}

/**
 * The counts of an operation seen from both sides, for its final state: an item is done when it is done here and, where
 * its record belongs to a remote, confirmed there.
 */
export function countsOnBothSides(items: Counts, deliveries: DeliveryCounts): Counts {
  const { refused, conflict, unknown, cancelled } = deliveries;
  return {
    ...items,
    done: items.done - refused - conflict - unknown - cancelled,
    failed: items.failed + refused + conflict,
    unknown: items.unknown + unknown,
    cancelled: items.cancelled + cancelled,
  };
}
