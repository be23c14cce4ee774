import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { BulkWay, Delivery, RemoteRecord } from '../../src-shared/domain/delivery.ts';

export type { BulkWay, RemoteRecord } from '../../src-shared/domain/delivery.ts';

/** What a remote can do; the engine asks for nothing else. Durations in ms. */
export interface Capabilities {
  /**
   * What may be sent again when nobody knows whether it arrived. `keys`: everything; the remote remembers the key of
   * each batch and does it only once. `natural`: whatever has the same effect when done twice, so anything but a
   * comment. `none`: nothing.
   */
  readonly idempotency: 'keys' | 'natural' | 'none';
  /** How long the remote remembers a key. */
  readonly keyWindowMs: number;
  /**
   * Since when (epoch ms) requests are made as the same user, because a remote keeps the keys of each user apart. Left
   * out if the user never changed.
   */
  readonly keysSinceAt?: number | null;
  /** What one is there, as it said at the last sign-in. */
  readonly role?: string;
  /** How long a request that got no answer may still take effect there. Only after that does reading back prove anything. */
  readonly settleMs: number;
  /** The most deliveries in one batch, where `bulk` says nothing else. */
  readonly batchMax: number;
  readonly bulk: readonly BulkWay[];
  /** The most batches at a time. */
  readonly concurrency: number;
  readonly collections: readonly CollectionName[];
  /** It refuses a change of a record that has moved on. */
  readonly isConditional: boolean;
  /** What it can be told to change and not to change back: names of fields, or `comment`. */
  readonly irrevocable: readonly string[];
  /** Of these it erases for good what the console erases; of others it keeps all that it deletes. */
  readonly erases: readonly CollectionName[];
  /** What it refuses of a role: all changes, or these (names of fields) of records that are somebody else's. */
  readonly barred?: ReadonlyMap<string, 'all' | readonly string[]>;
}

/** Who one is at a remote, as the console knows it without asking. */
export type SignedIn = Required<Pick<Capabilities, 'keysSinceAt' | 'role'>>;

/** Changes that one operation makes, told as one. */
export interface Batch {
  readonly operationId: number;
  /** Who asked for them. */
  readonly actor: string;
  readonly collection: CollectionName;
  /** Names the request that tells of `members`, for ever. */
  readonly key: string;
  /** How far the remote had come with it when that was last written down. */
  readonly cursor: string | null;
  /** All that the batch is made of, in order, whatever became of it: the same for the same key. */
  readonly members: readonly Delivery[];
  /** Those of which nobody knows yet what became of them. */
  readonly deliveries: readonly Delivery[];
}

/** What became of one delivery, named by its key. Codes are the remote's own, in its own spelling. */
export type ItemOutcome = { readonly key: string } & (
  | { readonly kind: 'confirmed' /** The record's version after it. */; readonly version?: number }
  /** It did not happen and will not. One that is turned away before its key is looked at says nothing of an earlier time. */
  | { readonly kind: 'refused'; readonly code: string; readonly isTurnedAway?: true }
  /** It did not happen, because the record was changed there. */
  | { readonly kind: 'conflict'; readonly theirs?: RemoteRecord }
  /** It did not happen and may be tried again, in another batch, not before `retryAfterMs`. */
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  /** It did not happen, because the remote cannot be asked now; that is not counted as a try. */
  | { readonly kind: 'held'; readonly code: string }
  /** It may have happened or not. */
  | { readonly kind: 'unknown' }
);

/**
 * What comes back from a batch: outcomes, and a cursor, which is on the disk together with the outcomes before it when
 * the next one is asked for. A batch that is sent again brings it along.
 */
export type Outcome = ItemOutcome | { readonly kind: 'cursor'; readonly cursor: string };

/**
 * What the remote says when asked about a delivery that got no answer: it is there, it is not, the record has moved on, or
 * nobody can tell; `held` where it cannot be asked now, which does not count as asked.
 */
export type ReadBack = { readonly key: string } & (
  | { readonly kind: 'confirmed'; readonly version?: number }
  | { readonly kind: 'absent' | 'unclear' | 'held' }
  | { readonly kind: 'conflict'; readonly theirs?: RemoteRecord }
);

/** A page of what changed at a remote. */
export interface Page {
  readonly records: readonly RemoteRecord[];
  /** Where the next page begins. */
  readonly cursor: string;
  /** Nothing more for now. */
  readonly isEnd: boolean;
}

/** Who one is at a remote, and what there is. */
export interface Connection {
  readonly name: string;
  readonly user: string;
  readonly role: string;
  /** The same under each of its addresses, and in copies of it. */
  readonly workspace?: string | undefined;
  readonly collections: readonly { readonly collection: CollectionName; readonly records: number }[];
}

/** Why no requests go to a remote now. Work goes on here; deliveries wait. */
export interface Shut {
  readonly reason: 'offline' | 'rate_limited' | 'unreachable' | 'signed_out' | 'pulling';
  /** When it may be asked again (epoch ms), where that is known. */
  readonly untilAt: number | null;
  /** A sentence for the user. */
  readonly message: string;
}

/** Says whether a remote may be asked. */
export interface Gate {
  /** Null while it may; where a collection is named, while it may be told of changes of that. */
  shut(collection?: string): Shut | null;
  /** Called whenever that has changed; what it answers ends that. */
  onChange(listener: () => void): () => void;
}

/** A system whose records the workspace holds copies of. One implementation per vendor, all alike to the engine. */
export interface Remote {
  readonly capabilities: Capabilities;
  readonly gate: Gate;
  /**
   * Tells the remote of a batch and answers as outcomes come in, in any order. A batch is one request: everything in it
   * is under way at once. What is not answered when the stream ends, throws or `signal` is aborted counts as unknown.
   */
  send(batch: Batch, signal: AbortSignal): AsyncIterable<Outcome>;
  /** Asks what became of deliveries. What is not answered is asked again later. Changes nothing there. */
  readBack(batch: Batch, signal: AbortSignal): AsyncIterable<ReadBack>;
  /**
   * What changed after `cursor`, or everything from the beginning. Throws `RemoteError`; `cursor_expired` if one has to
   * start over.
   */
  pull(collection: CollectionName, cursor: string | null, signal: AbortSignal): Promise<Page>;
  /** Records as they are now, deleted ones too, in any order; nothing for one that never was. Throws `RemoteError`. */
  get(collection: CollectionName, keys: readonly string[], signal: AbortSignal): AsyncIterable<RemoteRecord>;
  /** Throws `RemoteError`. */
  connect(signal: AbortSignal): Promise<Connection>;
}

export type RemoteErrorKind =
  | 'unreachable'
  | 'auth'
  | 'rate_limited'
  | 'cursor_expired'
  | 'refused'
  | 'protocol';

/** Why a remote could not be asked. The message is a sentence that names what happened. */
export class RemoteError extends Error {
  readonly kind: RemoteErrorKind;
  /** The remote's own word for it, or ours. */
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(
    kind: RemoteErrorKind,
    message: string,
    options: { code?: string; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RemoteError';
    this.kind = kind;
    this.code = options.code ?? kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** The remotes that the console knows, by the `source` of the records that are theirs. */
export type Remotes = ReadonlyMap<string, Remote>;

export const noRemotes: Remotes = new Map();
