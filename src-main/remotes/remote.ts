import type { Delivery } from '../../src-shared/domain/delivery.ts';

/** What a remote can do; the engine asks for nothing else. Durations in ms. */
export interface Capabilities {
  /**
   * What may be repeated when nobody knows whether it arrived. `keys`: everything, the remote remembers each key and
   * does the same thing once. `natural`: what is the same when done twice, so anything but a comment. `none`: nothing.
   */
  readonly idempotency: 'keys' | 'natural' | 'none';
  /** How long the remote remembers a key. */
  readonly keyWindowMs: number;
  /** How long a request that got no answer may still take effect there. Only after that does reading back prove anything. */
  readonly settleMs: number;
  /** The most deliveries in one batch. */
  readonly batchMax: number;
  /** The most batches at a time. */
  readonly concurrency: number;
}

/** Changes that one operation makes. */
export interface Batch {
  readonly operationId: number;
  /** Who asked for them. */
  readonly actor: string;
  readonly deliveries: readonly Delivery[];
}

/** What became of one delivery, named by its key. Codes are the remote's own, in its own spelling. */
export type Outcome = { readonly key: string } & (
  | { readonly kind: 'confirmed' }
  /** It did not happen and will not. */
  | { readonly kind: 'refused'; readonly code: string }
  /** It did not happen, because the record was changed there. */
  | { readonly kind: 'conflict' }
  /** It did not happen and may be tried again, not before `retryAfterMs`. */
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  /** It may have happened or not. */
  | { readonly kind: 'unknown' }
);

/** What the remote says when asked about a delivery that got no answer: it is there, it is not, or nobody can tell. */
export interface ReadBack {
  readonly key: string;
  readonly kind: 'confirmed' | 'absent' | 'unclear';
}

/** A system whose records the workspace holds copies of. One implementation per vendor, all alike to the engine. */
export interface Remote {
  readonly capabilities: Capabilities;
  /**
   * Tells the remote of a batch and answers as outcomes come in, in any order. A batch is one request: everything in it
   * is under way at once. What is not answered when the stream ends, throws or `signal` is aborted counts as unknown.
   */
  send(batch: Batch, signal: AbortSignal): AsyncIterable<Outcome>;
  /** Asks what became of deliveries. What is not answered is asked again later. Changes nothing there. */
  readBack(batch: Batch, signal: AbortSignal): AsyncIterable<ReadBack>;
}

/** The remotes that the console knows, by the `source` of the tickets that are theirs. */
export type Remotes = ReadonlyMap<string, Remote>;

export const noRemotes: Remotes = new Map();
