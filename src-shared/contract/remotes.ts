import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { Operation } from '../domain/operation.ts';
import { Conflict, ConflictId, Remote, RemoteAddress, RemoteId, RemoteName } from '../domain/remote.ts';
import { OperationId } from '../domain/selection.ts';
import type { RequestContract } from './contract.ts';

const RemoteRef = z.strictObject({ id: RemoteId });
const Token = z.string().min(1).max(1_000);

/** Which conflicts are settled alike: single ones, all of an operation, or all of a remote. */
export const ConflictChoice = z.union([
  z.strictObject({ ids: z.array(ConflictId).min(1).max(10_000) }),
  z.strictObject({ operationId: OperationId }),
  z.strictObject({ remoteId: RemoteId }),
]);
export type ConflictChoice = z.infer<typeof ConflictChoice>;

export const remoteRequests = {
  /** By name. */
  'remotes.list': { input: z.strictObject({}), output: z.strictObject({ remotes: z.array(Remote) }) },
  /** Asks who the key makes us there and what there is; keeps nothing. Throws `remote_unreachable`, `remote_signed_out`, `remote_error`, and `invalid_request` where it leads back here. */
  'remotes.test': {
    input: z.strictObject({ address: RemoteAddress, token: Token }),
    output: z.strictObject({
      name: z.string(),
      user: z.string(),
      role: z.string(),
      collections: z.array(z.strictObject({ collection: CollectionName, records: z.int().min(0) })),
    }),
  },
  /** Connects to a remote, for good, and begins to pull these collections. Throws what a test throws, and `name_taken`. */
  'remotes.add': {
    input: z.strictObject({
      name: RemoteName,
      address: RemoteAddress,
      token: Token,
      collections: z.array(CollectionName).min(1).max(20),
    }),
    output: Remote,
  },
  /**
   * Keeps another key for it and goes on, at another address if one is given. Throws what a test throws, and
   * `invalid_request` where another workspace, or one that does not say which it is, is found at the other address.
   */
  'remotes.sign_in': {
    input: RemoteRef.extend({ token: Token, address: RemoteAddress.optional() }),
    output: Remote,
  },
  /** Its records stay, as local ones. Throws `wrong_state` while something is still to be told to it, decided, or made again. */
  'remotes.remove': { input: RemoteRef, output: z.strictObject({}) },
  /** Asks now for what changed there; the answer does not wait for it. Throws `wrong_state` while it is offline by choice. */
  'remotes.pull': { input: RemoteRef, output: Remote },
  /** While it is offline nothing is asked of it; changes wait in their order. */
  'remotes.set_offline': { input: RemoteRef.extend({ isOffline: z.boolean() }), output: Remote },
  /** Oldest first; `after` is the id of the last one of the page before. */
  'conflicts.list': {
    input: z.strictObject({
      remoteId: RemoteId.optional(),
      operationId: OperationId.optional(),
      after: z.int().min(0).default(0),
      limit: z.int().min(1).max(500),
    }),
    output: z.strictObject({ conflicts: z.array(Conflict), total: z.int().min(0) }),
  },
  /**
   * In any case the records become what they are at the remote. `mine` then makes the changes again on top, each with
   * an operation of its own for the operation it came from, planned and started; none if nothing is left to change.
   */
  'conflicts.settle': {
    input: z.strictObject({ which: ConflictChoice, keep: z.enum(['mine', 'theirs']) }),
    output: z.strictObject({ settled: z.int().min(0), operations: z.array(Operation) }),
  },
} satisfies RequestContract;

export const remoteEvents = {
  /** How all remotes stand. At most four times a second. */
  'remotes.changed': z.strictObject({ remotes: z.array(Remote) }),
} as const;
