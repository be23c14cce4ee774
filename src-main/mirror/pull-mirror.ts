import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { Clock } from '../platform/clock.ts';
import {
  type Page,
  type Remote,
  RemoteError,
  type RemoteErrorKind,
  type RemoteRecord,
} from '../remotes/remote.ts';
import type { MirrorRef, MirrorState, Store } from '../store/store.ts';

/** Records that are taken away, or read again, per transaction. */
const sliceSize = 2_000;
const rereadSize = 200;

export interface PullPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly remote: Pick<Remote, 'pull' | 'get'>;
  /** Told of each page: how many records came, and what that did here. */
  readonly onPage: (page: {
    collection: CollectionName;
    records: number;
    changed: number;
    /** Deliveries that were settled by what came. */
    settled: number;
    isMore: boolean;
  }) => void;
  /** True while the remote is told nothing: then the next page may be asked for before one was taken. */
  readonly mayHurry: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Pulls what changed at a remote since the last time, page by page, to the end. If the remote does not know the cursor
 * any more, everything is read again, and what is no longer there is deleted here. Throws `RemoteError` and what the
 * database throws; the pages taken until then stay.
 */
export async function pullMirror(ports: PullPorts, mirror: MirrorRef): Promise<void> {
  const { store, clock, remote, signal } = ports;
  const { collection } = mirror;
  let state = await store.read('getMirrorState', mirror);
  let coming = remote.pull(collection, state.cursor, signal);
  /** Where pages led to; whoever comes by twice would walk for ever. */
  const passed = new Set([state.cursor]);
  let isAnew = false;
  for (;;) {
    const page = await coming.catch((error: unknown) => {
      // One that knows not even a cursor that it has just given out is left alone for a while.
      const isExpired = error instanceof RemoteError && error.kind === 'cursor_expired';
      if (isExpired && state.cursor !== null && !isAnew) return null;
      throw error;
    });
    if (page === null) {
      isAnew = true;
      await store.write('pullAnew', mirror);
      state = await store.read('getMirrorState', mirror);
      passed.clear();
      coming = remote.pull(collection, null, signal);
      continue;
    }
    signal.throwIfAborted();
    if (!page.isEnd && passed.has(page.cursor))
      throw new RemoteError(
        'protocol',
        'Its pages of changes lead in a circle. Bulkhead tries again by itself.',
      );
    passed.add(page.cursor);
    // Whoever asks for what comes after a cursor has taken all before it; only while nothing is told may that be under way.
    const next = page.isEnd || !ports.mayHurry() ? null : remote.pull(collection, page.cursor, signal);
    next?.catch(() => undefined);
    state = await take(state, page);
    if (page.isEnd) break;
    coming = next ?? remote.pull(collection, page.cursor, signal);
  }
  if (state.isSweeping) await sweep();

  async function take(at: MirrorState, page: Page): Promise<MirrorState> {
    const outcome = await store.write('applyPage', { ...mirror, at, page, nowMs: clock.now() });
    const { changed, settled } = outcome;
    ports.onPage({ collection, records: page.records.length, changed, settled, isMore: !page.isEnd });
    return outcome.state;
  }

  async function sweep(): Promise<void> {
    for (let after: string | null = ''; after !== null; ) {
      signal.throwIfAborted();
      const swept: { removed: number; next: string | null } = await store.write('sweepMirror', {
        ...mirror,
        limit: sliceSize,
        after,
        nowMs: clock.now(),
      });
      after = swept.next;
      ports.onPage({ collection, records: 0, changed: swept.removed, settled: 0, isMore: false });
    }
  }
}

/**
 * Reads again what a remote refused, and takes it as it stands there. Throws as `pullMirror`, for a record that cannot be
 * read once the others are taken.
 */
export async function rereadStale(ports: PullPorts, mirror: MirrorRef): Promise<void> {
  const failures: RemoteError[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const keys: string[] = await ports.store.read('listStale', { ...mirror, after, limit: rereadSize });
    failures.push(...(await reread(ports, mirror, keys)));
    after = keys.length === rereadSize ? (keys.at(-1) ?? null) : null;
  }
  const [failure] = failures;
  if (failure) throw failure;
}

/**
 * Reads records again; if that fails, each half of them. Answers why single ones could not be read. Throws if none can
 * be.
 */
async function reread(ports: PullPorts, mirror: MirrorRef, keys: readonly string[]): Promise<RemoteError[]> {
  const { store, clock, remote, onPage, signal } = ports;
  const { collection } = mirror;
  signal.throwIfAborted();
  if (keys.length === 0) return [];
  const records: RemoteRecord[] = [];
  try {
    for await (const record of remote.get(collection, keys, signal)) records.push(record);
  } catch (error) {
    if (!(error instanceof RemoteError) || !mayBeOfOne.includes(error.kind)) throw error;
    if (keys.length === 1) return [error];
    const half = Math.ceil(keys.length / 2);
    const failures = await reread(ports, mirror, keys.slice(0, half));
    return [...failures, ...(await reread(ports, mirror, keys.slice(half)))];
  }
  const { changed, settled } = await store.write('applyReread', {
    ...mirror,
    keys,
    records,
    nowMs: clock.now(),
  });
  onPage({ collection, records: 0, changed, settled, isMore: false });
  return [];
}

/** What goes wrong with one record may go well with the next; whoever is shut out, or is not to ask, need not try. */
const mayBeOfOne: readonly RemoteErrorKind[] = ['unreachable', 'refused', 'protocol'];
