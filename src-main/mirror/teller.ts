import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import type { MirrorPorts } from './ports.ts';
import { isRestoring } from './restoring.ts';

const tellEveryMs = 250;
/** When a remote was pulled last changes all the time; that alone is told less often. */
const pulledEveryMs = 10_000;

/** Tells windows how remotes stand and that records changed, a few times a second at most. */
export interface Teller {
  remotes(): void;
  records(collection: CollectionName): void;
  stop(): void;
}

export function createTeller(
  { timer, emit, report }: Pick<MirrorPorts, 'timer' | 'emit' | 'report'>,
  list: () => Promise<Remote[]>,
): Teller {
  const changed = new Set<CollectionName>();
  let isRemotes = false;
  let callOff: (() => void) | null = null;
  let telling: Promise<void> = Promise.resolve();
  let isStopped = false;
  let told = '';
  let toldMs = Number.NEGATIVE_INFINITY;

  function arm(): void {
    if (!isStopped) callOff ??= timer.set(tellEveryMs, ring);
  }

  function ring(): void {
    callOff = null;
    for (const collection of changed) emit({ name: 'records.changed', payload: { collection } });
    changed.clear();
    if (!isRemotes) return;
    isRemotes = false;
    // One after the other: answers that overtake each other would leave windows with the older one.
    telling = telling.then(tellRemotes);
  }

  async function tellRemotes(): Promise<void> {
    try {
      const remotes = await list();
      const shown = JSON.stringify(remotes, (key, value: unknown) =>
        key === 'pulledAt' ? value !== null : value,
      );
      if (isStopped || (shown === told && performance.now() - toldMs < pulledEveryMs)) return;
      told = shown;
      toldMs = performance.now();
      emit({ name: 'remotes.changed', payload: { remotes } });
    } catch (error) {
      if (!isStopped && !isRestoring(error)) report(error, 'state of remotes');
    }
  }

  return {
    remotes: () => {
      isRemotes = true;
      arm();
    },
    records: (collection) => {
      changed.add(collection);
      arm();
    },
    stop: () => {
      isStopped = true;
      callOff?.();
    },
  };
}
