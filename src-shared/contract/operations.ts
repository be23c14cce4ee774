import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { deliveryStates } from '../domain/delivery.ts';
import { Item, itemStates, Reason } from '../domain/item.ts';
import { Operation, operationStates, Progress } from '../domain/operation.ts';
import { AskedRunOptions } from '../domain/run-options.ts';
import { maxSelectedIds, OperationId, Selection } from '../domain/selection.ts';
import type { RequestContract } from './contract.ts';

const OperationRef = z.strictObject({ id: OperationId });

/** Plans any action but import. `input` is checked by the action itself. */
export const PlanRequest = z.strictObject({
  action: z.string().min(1).max(64),
  collection: CollectionName,
  selection: Selection,
  input: z.record(z.string(), z.unknown()),
  /** The plan ends with so many records that cannot be changed as asked; what comes after them is not started. */
  maxErrors: z.int().min(1).optional(),
  /** A note of the caller that the history shows with the operation. */
  note: z.string().min(1).max(2_000).optional(),
});

/** Names a request for ever, with a digest of what it asks: the same key never starts a second operation. */
export const RequestKey = z.strictObject({
  key: z.string().min(1).max(255),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PlanRequest = z.infer<typeof PlanRequest>;

export const JournalEntry = z.strictObject({
  seq: z.int().positive(),
  at: z.int(),
  event: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** Which started operations. Whoever is no admin sees their own only. */
const OperationQuery = z.strictObject({
  search: z.string().max(200).default(''),
  states: z.array(z.enum(operationStates)).max(20).default([]),
  actions: z.array(z.string().max(64)).max(100).default([]),
  isDismissed: z.boolean().optional(),
  collection: CollectionName.optional(),
  /** Only those that were started (or made, if they have not been started) at this time (epoch ms) or later. */
  startedFrom: z.int().optional(),
  /** Only those before this moment, in the same way. */
  startedBefore: z.int().optional(),
  /** Only what the caller asked for. */
  isOwn: z.boolean().default(false),
});

export const operationRequests = {
  /** Resolves the selection, freezes what would happen to each record, and changes nothing. Answers a draft. */
  'operations.plan': { input: PlanRequest, output: Operation },
  /**
   * Plans the opposite of an operation, of some of its items, or of some of the fields that it set, from its
   * before-images. Answers a draft; what cannot be taken back is in it as skipped, with what stands there now.
   */
  'operations.undo': {
    input: z.strictObject({
      id: OperationId,
      seqs: z.array(z.int().positive()).min(1).max(maxSelectedIds).optional(),
      fields: z.array(z.string()).min(1).max(40).optional(),
    }),
    output: Operation,
  },
  /** Plans the same action again for what failed or was cancelled, or was refused by a remote. Answers a draft. */
  'operations.retry': { input: OperationRef, output: Operation },
  /** Throws `rate_limited` with `details.retryAfterMs`. */
  'operations.start': {
    input: OperationRef.extend({ options: AskedRunOptions.optional(), key: RequestKey.optional() }),
    output: Operation,
  },
  /** What the caller started under a key. */
  'operations.by_key': {
    input: RequestKey.pick({ key: true }),
    output: z.strictObject({
      found: z.strictObject({ operationId: OperationId, digest: z.string() }).nullable(),
    }),
  },
  'operations.pause': { input: OperationRef, output: Operation },
  'operations.resume': { input: OperationRef, output: Operation },
  /** Answers as soon as the request is durable and nothing new will be started. */
  'operations.cancel': { input: OperationRef, output: Operation },
  /** Throws a draft away. */
  'operations.discard': { input: OperationRef, output: z.strictObject({}) },
  /** Takes a finished operation off the rail; it stays in the history. */
  'operations.dismiss': { input: OperationRef, output: Operation },
  /** The same for all that ended of what the caller asked for, however many; `operations.dismissed` tells when it is done. */
  'operations.dismiss_ended': { input: z.strictObject({}), output: z.strictObject({}) },
  /**
   * The user decides about changes of a remote that got no answer: they arrived, or they are to be sent again; for all
   * items or for some. A change whose record was changed again since is not sent again. Answers how many were settled;
   * the operation continues until that is done. Throws `wrong_state` if there is nothing to decide.
   */
  'operations.settle_unknown': {
    input: OperationRef.extend({
      how: z.enum(['confirmed', 'send_again']),
      seqs: z.array(z.int().positive()).min(1).max(maxSelectedIds).optional(),
    }),
    output: z.strictObject({ settled: z.int().min(0), operation: Operation }),
  },
  /** A pinned operation is never removed by retention. */
  'operations.pin': { input: OperationRef.extend({ isPinned: z.boolean() }), output: Operation },
  'operations.get': { input: OperationRef, output: Operation },
  /** Started operations, latest first. `before` is the id of the last one of the page before. */
  'operations.list': {
    input: OperationQuery.extend({
      before: OperationId.optional(),
      /** So many are passed over first. */
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(200),
    }),
    output: z.strictObject({ operations: z.array(Operation), hasMore: z.boolean() }),
  },
  'operations.count': { input: OperationQuery, output: z.strictObject({ count: z.int().min(0) }) },
  /** Items in order of seq. `states`, `reasons` and `deliveries` empty mean all; `after` is the last seq seen. */
  'operations.items': {
    input: z.strictObject({
      id: OperationId,
      states: z.array(z.enum(itemStates)).max(20).default([]),
      reasons: z.array(Reason).max(100).default([]),
      deliveries: z.array(z.enum(deliveryStates)).max(20).default([]),
      after: z.int().min(0).default(0),
      limit: z.int().min(1).max(500),
    }),
    output: z.strictObject({ items: z.array(Item), hasMore: z.boolean() }),
  },
  'operations.journal': {
    input: OperationRef,
    output: z.strictObject({ entries: z.array(JournalEntry) }),
  },
} satisfies RequestContract;

export const operationEvents = {
  /** An operation changed or moved on. The whole truth about it: nothing is to be added up by the receiver. */
  'operation.updated': z.strictObject({ operation: Operation, progress: Progress.nullable() }),
  /** All of somebody's operations that ended were taken off the rail. */
  'operations.dismissed': z.strictObject({ actor: z.string() }),
  /** Retention removed items of operations: what is shown of any is to be asked for again. */
  'operations.cleaned': z.strictObject({}),
  /** A plan is being made: how many records were looked at so far. */
  'operation.planning': z.strictObject({ planned: z.int().min(0), total: z.int().min(0).nullable() }),
  /** Records changed; open views show their rows afresh. At most four times a second. */
  'records.changed': z.strictObject({ collection: CollectionName }),
} as const;
