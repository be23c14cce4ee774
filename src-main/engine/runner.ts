import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { EnginePorts } from './ports.ts';
import { runOperation } from './run-operation.ts';
import { createThrottle } from './throttle.ts';

/** More would only take turns at the one writer. */
const maxConcurrent = 2;
/** At most four times a second, over all operations. */
const recordsNewsGapMs = 250;

/** Gives operations their turns, first come first served. */
export interface Runner {
  /** Takes a pending or interrupted operation on, when its turn comes. */
  enqueue(id: number): void;
  /** Takes an operation on at once: one that was cancelled has nothing to wait for. */
  settle(id: number): void;
  /** True for an operation that stands still though the database, which could not be written, says otherwise. */
  isStranded(id: number): boolean;
  /** Tells a run that its operation was paused or cancelled, so that whatever it waits for does not hold it up. */
  interrupt(id: number): void;
  active(): number;
  /** Resolves when every running operation has come to the next chunk border. */
  stop(): Promise<void>;
}

export function createRunner(ports: EnginePorts): Runner {
  const { store, emit, report } = ports;
  const queue: number[] = [];
  const running = new Map<number, { done: Promise<void>; controller: AbortController }>();
  /** Asked for while still on their way out, after a pause for example: looked at once more. */
  const again = new Set<number>();
  const stranded = new Set<number>();
  const recordsNews = createThrottle(
    () => emit({ name: 'records.changed', payload: { collection: 'tickets' } }),
    recordsNewsGapMs,
  );
  let isStopping = false;

  function fill(): void {
    while (!isStopping && running.size < maxConcurrent) {
      const id = queue.shift();
      if (id === undefined) return;
      launch(id);
    }
  }

  function launch(id: number): void {
    const controller = new AbortController();
    const done = run(id, controller.signal)
      .catch((error: unknown) => report(error, `operation ${id}`))
      .finally(() => {
        running.delete(id);
        if (again.delete(id) && !isStopping) launch(id);
        else fill();
      });
    running.set(id, { done, controller });
  }

  function take(id: number, how: (id: number) => void): void {
    if (running.has(id)) again.add(id);
    else if (!isStopping) how(id);
  }

  async function run(id: number, signal: AbortSignal): Promise<void> {
    const start = await store.read('getOperation', { id });
    if (isStopping || isFinal(start.operation.state)) return;
    stranded.delete(id);
    const context = {
      ports,
      signal,
      isStopping: () => isStopping,
      noteRecordsChanged: () => recordsNews.note(),
    };
    const { stored, isStranded } = await runOperation(context, start);
    if (isStranded) stranded.add(id);
    emit({ name: 'operation.updated', payload: { operation: stored.operation, progress: null } });
    if (isFinal(stored.operation.state)) announce(stored.operation);
  }

  function announce(operation: Operation): void {
    const seconds = Math.round(((operation.endedAt ?? 0) - (operation.startedAt ?? 0)) / 1000);
    ports.host.notify(
      operation.title,
      `${stateWords[operation.state] ?? operation.state} after ${seconds} s`,
    );
  }

  return {
    enqueue: (id) =>
      take(id, () => {
        if (!queue.includes(id)) queue.push(id);
        fill();
      }),
    settle: (id) =>
      take(id, () => {
        const waiting = queue.indexOf(id);
        if (waiting >= 0) queue.splice(waiting, 1);
        launch(id);
      }),
    isStranded: (id) => stranded.has(id),
    interrupt: (id) => running.get(id)?.controller.abort(),
    active: () => running.size + queue.length,
    stop: async () => {
      isStopping = true;
      for (const { controller } of running.values()) controller.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
      recordsNews.flush();
    },
  };
}

const stateWords: Partial<Record<Operation['state'], string>> = {
  completed: 'Done',
  partial: 'Partly done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
