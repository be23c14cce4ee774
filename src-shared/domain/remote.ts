import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { FieldValue } from './condition.ts';
import { OperationId, RecordId } from './selection.ts';
import { oneLine } from './text.ts';

export const RemoteId = z.int().positive();
export const ConflictId = z.int().positive();

/** What a remote is called, and the `source` of its records. */
export const RemoteName = oneLine(60);

/** Where a remote is: an address of the web, without a user, a password or a query in it. */
export const RemoteAddress = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s/@?#\\]+(\/[^\s@?#\\]*)?$/, 'is not an address like https://desk.example.com');

/**
 * The state of a remote. `offline`: by choice. `unreachable`: it does not answer. `waiting`: it asked for a pause until
 * `retryAt`. `signed_out`: it does not accept the key any more. Work goes on here in all of these states; changes wait.
 */
export const remoteStates = ['ready', 'pulling', 'offline', 'unreachable', 'waiting', 'signed_out'] as const;
export type RemoteState = (typeof remoteStates)[number];

/** The copy of one of a remote's collections. */
export const Mirror = z.strictObject({
  collection: CollectionName,
  /** How many of its records are here, deleted ones left out. */
  records: z.int().min(0),
  /** When all that it had was last known to be here; null until the first pull has ended. */
  pulledAt: z.int().nullable(),
  /** Records that came with the pull that is under way; null while none is. */
  pulled: z.int().min(0).nullable(),
});
export type Mirror = z.infer<typeof Mirror>;

export const Remote = z.strictObject({
  id: RemoteId,
  name: RemoteName,
  address: z.string(),
  /** Who the console is there, and as what. */
  user: z.string(),
  role: z.string(),
  state: z.enum(remoteStates),
  /** Whether the user wants nothing to be asked of it and told to it. */
  isOffline: z.boolean(),
  /** What is the matter, as a sentence; null when nothing is. */
  message: z.string().nullable(),
  /** When it is asked again (epoch ms), where that is known. */
  retryAt: z.int().nullable(),
  mirrors: z.array(Mirror),
  /** Changes made here of which it was not told yet. */
  waiting: z.int().min(0),
  /** Changes made here of records that were changed there meanwhile: the user decides. */
  conflicts: z.int().min(0),
  createdAt: z.int(),
});
export type Remote = z.infer<typeof Remote>;

/** A record that was changed here and, before the remote could be told, there. What stands here is ours, until it is settled. */
export const Conflict = z.strictObject({
  id: ConflictId,
  remoteId: RemoteId,
  operationId: OperationId,
  seq: z.int().positive(),
  collection: CollectionName,
  recordId: RecordId,
  recordKey: z.string(),
  recordTitle: z.string(),
  /** The fields that differ: what stood there when it was changed here, what stands there now, and what was made of it here. */
  fields: z.array(
    z.strictObject({ field: z.string(), from: FieldValue, now: FieldValue, yours: FieldValue }),
  ),
  foundAt: z.int(),
});
export type Conflict = z.infer<typeof Conflict>;
