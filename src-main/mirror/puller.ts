import type { CollectionName } from '../../src-shared/collections/index.ts';
import { doublingMs } from '../platform/backoff.ts';
import { toBulkheadError } from '../platform/coded-error.ts';
import { failureWords } from '../remotes/gate.ts';
import { HttpFailure } from '../remotes/http-failure.ts';
import { RemoteError } from '../remotes/remote.ts';
import type { MirrorRef } from '../store/store.ts';
import type { ConnectedRemote } from './connected-remote.ts';
import type { MirrorPorts } from './ports.ts';
import { type PullPorts, pullMirror, rereadStale } from './pull-mirror.ts';
import { isRestoring } from './restoring.ts';

/** What changes there is seen here after this long, and the time that asking takes. */
const pullEveryMs = 2_000;
/** A pull that failed though the remote may be asked is tried again after so long, doubled each time. */
const retry = { baseMs: 1_000, maxMs: 60_000 } as const;

/** One collection of a remote: pulled again and again while the remote may be asked, whatever becomes of its others. */
export interface Puller {
  readonly collection: CollectionName;
  /** Asks now, or as soon as what is under way has ended. */
  pull(): void;
  /** Records that came with the pull that is under way; null while none is. */
  pulled(): number | null;
  /** What keeps what changed there from being known here, as a sentence; null while nothing does. */
  trouble(): string | null;
  /** Resolves when what was under way has ended. */
  ended(): Promise<void>;
}

export interface PullerPorts extends Pick<MirrorPorts, 'store' | 'clock' | 'timer' | 'report'> {
  readonly remote: ConnectedRemote;
  /** Something about it is to be shown afresh. */
  readonly onChange: () => void;
  /** Records changed here. */
  readonly onRecords: (collection: CollectionName) => void;
  /** Aborted when nothing more is to be asked. */
  readonly signal: AbortSignal;
}

export function createPuller(ports: PullerPorts, mirror: MirrorRef): Puller {
  const { remote, signal, onChange } = ports;
  const { name, collection } = mirror;
  let pulled: number | null = null;
  const pulling: PullPorts = {
    ...ports,
    onPage: ({ records, changed, settled, isMore }) => {
      if (isMore || pulled !== null) pulled = (pulled ?? 0) + records;
      if (changed > 0) ports.onRecords(collection);
      if (settled > 0) remote.wake();
      if (pulled !== null) onChange();
    },
    mayHurry: () => !remote.isAligned(collection),
  };
  let callOff: () => void = () => undefined;
  let running: Promise<void> | null = null;
  let isAsked = false;
  let failures = 0;
  let trouble: string | null = null;

  function pull(): void {
    isAsked = true;
    running ??= pullWhileAsked().finally(() => {
      running = null;
      if (isAsked && mayPull()) pull();
    });
  }

  function mayPull(): boolean {
    return !signal.aborted && remote.shut() === null;
  }

  async function pullWhileAsked(): Promise<void> {
    while (isAsked && mayPull()) {
      isAsked = false;
      callOff();
      const isDone = await pullOnce();
      if (mayPull()) callOff = ports.timer.set(isDone ? pullEveryMs : doublingMs(failures - 1, retry), pull);
    }
  }

  /** Answers whether all is here that is there; what went wrong is shown until then. */
  async function pullOnce(): Promise<boolean> {
    try {
      await pullMirror(pulling, mirror);
      // Out of reach meanwhile: what changed then is not here yet.
      if (!isAsked) remote.align(collection);
      // A record that cannot be read holds up nobody else: nothing of ours is under way for it.
      await rereadStale(pulling, mirror);
      failures = 0;
      trouble = null;
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      failures += 1;
      if (!(error instanceof RemoteError) && !isRestoring(error) && !isRemoved(error))
        ports.report(error, `pull of ${collection} from ${name}`);
      trouble = wordsOf(error);
      return false;
    } finally {
      pulled = null;
      onChange();
    }
  }

  return {
    collection,
    pull,
    pulled: () => pulled,
    trouble: () => trouble,
    ended: async () => {
      callOff();
      await running;
    },
  };
}

/** The remote is none any more, and whoever removed it is about to end its pulls. */
function isRemoved(error: unknown): boolean {
  return toBulkheadError(error).code === 'not_found';
}

function wordsOf(error: unknown): string {
  if (error instanceof HttpFailure) return failureWords(error);
  return error instanceof Error ? error.message : String(error);
}
