import { z } from 'zod';
import { OperationId } from '../domain/selection.ts';
import type { RequestContract } from './contract.ts';
import { FileHandle } from './files.ts';
import { JournalEntry } from './operations.ts';

/** A place where the history is not what was written. */
export const HistoryProblem = z.strictObject({
  /** `entry` a journal entry, `items` the items of a chunk, `operation` what an operation was asked to do, `end` entries missing at the end. */
  kind: z.enum(['entry', 'items', 'operation', 'end']),
  operationId: OperationId.nullable(),
  /** The journal entry that found it. */
  entrySeq: z.int().positive().nullable(),
  /** The items concerned, first and last. */
  fromSeq: z.int().positive().nullable(),
  toSeq: z.int().positive().nullable(),
  message: z.string(),
});
export type HistoryProblem = z.infer<typeof HistoryProblem>;

export const Verification = z.strictObject({
  at: z.int(),
  tookMs: z.int().min(0),
  entries: z.int().min(0),
  items: z.int().min(0),
  /** SHA-256 over everything that was ever entered, in hex. Kept elsewhere, it proves that nothing was rewritten since. */
  head: z.string().regex(/^[0-9a-f]{64}$/),
  /** The first thousand; empty means that the history is as it was written. */
  problems: z.array(HistoryProblem).max(1_000),
  hasMoreProblems: z.boolean(),
});
export type Verification = z.infer<typeof Verification>;

export const ActionStatistics = z.strictObject({
  action: z.string(),
  operations: z.int().min(0),
  done: z.int().min(0),
  failed: z.int().min(0),
  /** Done of done and failed, 0 to 1; null when there was neither. */
  successRate: z.number().min(0).max(1).nullable(),
  p50Ms: z.int().min(0).nullable(),
  p95Ms: z.int().min(0).nullable(),
  /** Most frequent first. */
  errors: z.array(z.strictObject({ reason: z.string(), count: z.int().min(1) })),
});
export type ActionStatistics = z.infer<typeof ActionStatistics>;

export const historyRequests = {
  /** Reads the whole history and checks it against its chain of hashes. */
  'history.verify': { input: z.strictObject({}), output: Verification },
  /**
   * Writes one operation (or, with null, the whole history) with its chain: `json` all of it, to be checked by
   * `docs/history.md` without Bulkhead; `csv` one row per item, the head of the chain in the last row's place.
   */
  'history.report': {
    input: z.strictObject({
      id: OperationId.nullable(),
      format: z.enum(['csv', 'json']),
      /** Who signs it off, as a name; written into the report and the history. */
      signedBy: z.string().min(1).max(120),
      target: FileHandle,
    }),
    output: z.strictObject({
      path: z.string(),
      name: z.string(),
      bytes: z.int().min(0),
      verification: Verification,
    }),
  },
  /** What happened to the workspace itself (users, remotes, backups that were put back), latest first, before the entry `before`. */
  'history.workspace': {
    input: z.strictObject({ before: z.int().positive().nullable(), limit: z.int().min(1).max(200) }),
    output: z.strictObject({ entries: z.array(JournalEntry), hasMore: z.boolean() }),
  },
  /** Figures per action over operations that ended after `since` (epoch ms); null for all. Whoever is no admin sees their own only. */
  'history.statistics': {
    input: z.strictObject({ since: z.int().nullable() }),
    output: z.strictObject({ actions: z.array(ActionStatistics) }),
  },
} satisfies RequestContract;

export const historyEvents = {
  'history.verifying': z.strictObject({ checked: z.int().min(0), total: z.int().min(0) }),
} as const;
