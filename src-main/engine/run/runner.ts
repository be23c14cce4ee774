import { collectionNames } from '../../../src-shared/collections/index.ts';
import { formatDuration } from '../../../src-shared/domain/number-words.ts';
import { isFinal, type Operation, tookMs } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import type { StoppedBy } from '../../../src-shared/domain/stop-rule.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import { persist } from '../../platform/persist.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import type { EnginePorts } from '../ports.ts';
import { createQueue, queueEntryOf } from './queue.ts';
import { type Run, startRun } from './run-operation.ts';
import { tellOperation, tellOrigins } from './tell.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** More would only take turns at the one writer. */
const maxConcurrent = 2;
/** At most four times a second per collection, over all operations. */
const recordsNewsGapMs = 250;

/** Gives operations their turns. */
export interface Runner {
  /** Takes a pending or interrupted operation on, when its turn comes. Harmless for one that has nothing to do. */
  enqueue(operation: Operation): void;
  /** Takes an operation on at once: one that was cancelled has nothing to wait for. */
  settle(operation: Operation): void;
  /** Tells of an operation whose state is not known, and takes it up if there is something to do for it. */
  look(id: number): void;
  /** Why an operation stands still though the database, which could not be written, says otherwise; else undefined. */
  strandedBy(id: number): StoppedBy | undefined;
  /** Tells a run that its operation was paused or cancelled, so that whatever it waits for does not hold it up. */
  interrupt(id: number): void;
  /** The time in progress of an operation that is running; else undefined. */
  runMs(id: number): number | undefined;
  /** Records were changed; windows are told a few times a second. */
  noteRecordsChanged(collection: string): void;
  /** How many run or wait for nothing but their turn. */
  active(): number;
  /** What it remembers is of another database. Call while none runs. */
  forget(): void;
  /** Resolves when every running operation has come to the next chunk border. */
  stop(): Promise<void>;
}

export function createRunner(ports: EnginePorts, deliverer: Deliverer): Runner {
  const { store, clock, agenda, emit, report } = ports;
  const queue = createQueue();
  /** As they stood when they were asked for last. */
  const known = new Map<number, Operation>();
  const running = new Map<number, { run: Run; done: Promise<void> }>();
  /** Asked for while still on their way out, after a pause for example: looked at once more. */
  const again = new Set<number>();
  const stranded = new Map<number, StoppedBy>();
  const recordsNews = new Map(
    collectionNames.map((collection): [string, Throttle] => {
      const tell = () => emit({ name: 'records.changed', payload: { collection } });
      return [collection, createThrottle(tell, recordsNewsGapMs)];
    }),
  );
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const noteRecordsChanged = (collection: string) => recordsNews.get(collection)?.note();
  const hooks = { deliverer, isStopping, noteRecordsChanged };

  function fill(): void {
    while (!isStopping() && running.size < maxConcurrent) {
      const beside = [...running.keys()].flatMap((id) => known.get(id) ?? []);
      const next = queue.take(clock.now(), beside.map(queueEntryOf));
      if (!next) break;
      launch(next.id);
    }
    const dueAt = queue.nextDueAt(clock.now());
    if (dueAt !== null) agenda.set('operations', dueAt, fill);
  }

  function launch(id: number): void {
    const operation = known.get(id);
    if (!operation) return;
    stranded.delete(id);
    const run = startRun(ports, operation, hooks);
    const done = finish(id, run)
      .catch((error: unknown) => report(error, `operation ${id}`))
      .finally(() => {
        running.delete(id);
        if (again.delete(id) && !isStopping()) return launch(id);
        known.delete(id);
        fill();
      });
    running.set(id, { run, done });
  }

  async function finish(id: number, run: Run): Promise<void> {
    const { operation, strandedBy } = await run.done;
    if (strandedBy) stranded.set(id, strandedBy);
    if (!operation || operation.state === 'draft') return;
    tellOperation(ports, operation);
    if (!isFinal(operation.state)) return;
    // Whoever asked before this was told asked for what is done; later ones have something new.
    again.delete(id);
    announce(operation);
    await tellOrigins(ports, operation);
  }

  function take(operation: Operation, how: (id: number) => void): void {
    const { id } = operation;
    if (isStopping()) return;
    known.set(id, operation);
    if (running.has(id)) again.add(id);
    else how(id);
  }

  async function look(id: number): Promise<void> {
    const before = known.get(id);
    const operation = await lookUp(id);
    if (!operation) return;
    // Somebody may have moved it on meanwhile, a resume for example: then this is old, and that was told.
    const isNews = known.get(id) === before && operation.state !== 'draft';
    if (isNews) tellOperation(ports, operation);
    if (isNews && operation.state === 'paused') runner.interrupt(id);
    runner.enqueue(operation);
  }

  /** Null for one that is gone, and when the console stops. */
  async function lookUp(id: number): Promise<Operation | null> {
    const read = async (): Promise<Operation | null> => {
      try {
        return (await store.read('getOperation', { id })).operation;
      } catch (error) {
        if (toBulkheadError(error).code === 'not_found') return null;
        throw error;
      }
    };
    const onLong = (error: unknown) => report(error, `look at operation ${id}`);
    // It gives up when the console stops, and only then.
    return persist(read, defaultRunOptions.retry, stopping.signal, onLong).catch(() => null);
  }

  function announce(operation: Operation): void {
    const took = formatDuration(tookMs(operation) ?? 0);
    ports.host.notify(operation.title, `${stateWords[operation.state] ?? operation.state} after ${took}`);
  }

  const runner: Runner = {
    enqueue: (operation) =>
      take(operation, () => {
        queue.add(queueEntryOf(operation));
        fill();
      }),
    settle: (operation) =>
      take(operation, (id) => {
        queue.remove(id);
        launch(id);
      }),
    look: (id) => void look(id),
    strandedBy: (id) => stranded.get(id),
    interrupt: (id) => running.get(id)?.run.interrupt(),
    runMs: (id) => running.get(id)?.run.runMs(),
    forget: () => {
      queue.clear();
      known.clear();
      stranded.clear();
    },
    noteRecordsChanged,
    active: () => running.size + queue.dueCount(clock.now()),
    stop: async () => {
      stopping.abort();
      for (const { run } of running.values()) run.interrupt();
      await Promise.all([...running.values()].map(({ done }) => done));
      for (const news of recordsNews.values()) news.flush();
      // What a remote still answers is told to nobody.
      recordsNews.clear();
    },
  };
  return runner;
}

const stateWords: Partial<Record<Operation['state'], string>> = {
  completed: 'Done',
  partial: 'Partly done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
