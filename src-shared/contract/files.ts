import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { ImportInspection, ImportMapping, RejectedRow, Source } from '../domain/import.ts';
import { Operation } from '../domain/operation.ts';
import { OperationId } from '../domain/selection.ts';
import type { RequestContract } from './contract.ts';

/** An opaque name for a file or a place to save. The window never sees or names a path. */
export const FileHandle = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

export const ChosenFile = z.strictObject({ handle: FileHandle, name: z.string(), bytes: z.int().min(0) });
export type ChosenFile = z.infer<typeof ChosenFile>;

/** A place to save that the host agreed to; `label` is what to show for it. */
export const SaveTarget = z.strictObject({ handle: FileHandle, label: z.string() });
export type SaveTarget = z.infer<typeof SaveTarget>;

export const fileRequests = {
  /** Asks for a file with the system's dialog. Null when the user thought better of it; the browser host uploads instead. */
  'files.choose': { input: z.strictObject({}), output: ChosenFile.nullable() },
  /** Asks where to save. The browser host answers with a place in the workspace's exports folder. */
  'files.choose_target': {
    input: z.strictObject({ suggestedName: z.string().min(1).max(200) }),
    output: SaveTarget.nullable(),
  },
  /** Shows the file that an operation wrote in the system's file manager. */
  'files.reveal': { input: z.strictObject({ operationId: OperationId }), output: z.strictObject({}) },

  /** Reads the whole file once: encoding, separator, columns, and a proposal of what fills which field. */
  'imports.inspect': { input: z.strictObject({ handle: FileHandle }), output: ImportInspection },
  /** The dry run: checks every row and freezes the result as a plan. Changes nothing. Answers a draft. */
  'imports.plan': {
    input: z.strictObject({ handle: FileHandle, mapping: ImportMapping }),
    output: Operation,
  },
  /**
   * Plans new records out of NDJSON, an object of the collection's fields a line; of tickets `imports.plan` does. Throws
   * `invalid_request` that names the first line that makes no record.
   */
  'imports.plan_rows': {
    input: z.strictObject({
      handle: FileHandle,
      collection: CollectionName.exclude(['tickets']),
      source: Source,
    }),
    output: Operation,
  },
  /**
   * Compares an export that was edited with the records that it came from, and freezes the cells that differ as a plan.
   * Throws `not_an_export`. Answers a draft.
   */
  'imports.plan_update': {
    input: z.strictObject({ handle: FileHandle, collection: CollectionName }),
    output: Operation,
  },
  /** Stops the inspection or dry run that is under way. */
  'imports.stop': { input: z.strictObject({}), output: z.strictObject({}) },
  'imports.rejected': {
    input: z.strictObject({
      id: OperationId,
      after: z.int().min(0).default(0),
      limit: z.int().min(1).max(500),
    }),
    output: z.strictObject({ rows: z.array(RejectedRow), hasMore: z.boolean() }),
  },
  /** Writes the rejected rows, header first and as they stood, to a file that imports again as is. */
  'imports.save_rejected': {
    input: z.strictObject({ id: OperationId, target: FileHandle }),
    output: z.strictObject({ path: z.string(), name: z.string(), rows: z.int().min(0) }),
  },

  /** A believable, seeded set of records as a draft import, to try things out with. */
  'sample.plan': {
    input: z.strictObject({
      collection: CollectionName.default('tickets'),
      count: z.int().min(1).max(1_000_000),
      seed: z.int().default(1),
    }),
    output: Operation,
  },
} satisfies RequestContract;

export const fileEvents = {
  'import.progress': z.strictObject({
    phase: z.enum(['inspect', 'plan']),
    bytes: z.int(),
    totalBytes: z.int(),
  }),
} as const;
