import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { StoppedBy } from '../../src-shared/domain/stop-rule.ts';
import type { Deliverer } from './delivery/deliverer.ts';
import type { EnginePorts } from './ports.ts';
import { createQueue, type Waiting } from './queue.ts';
import { type Run, startRun } from './run-operation.ts';
import { tellUndone } from './tell-undone.ts';
import { createThrottle } from './throttle.ts';

/** More would only take turns at the one writer. */
const maxConcurrent = 2;
/** At most four times a second, over all operations. */
const recordsNewsGapMs = 250;

/** Gives operations their turns. */
export interface Runner {
  /** Takes a pending or interrupted operation on, when its turn comes. Harmless for one that has nothing to do. */
  enqueue(waiting: Waiting): void;
  /** Takes an operation on at once: one that was cancelled has nothing to wait for. */
  settle(waiting: Waiting): void;
  /** Why an operation stands still though the database, which could not be written, says otherwise; else undefined. */
  strandedBy(id: number): StoppedBy | undefined;
  /** Tells a run that its operation was paused or cancelled, so that whatever it waits for does not hold it up. */
  interrupt(id: number): void;
  /** The time in progress of an operation that is running; else undefined. */
  runMs(id: number): number | undefined;
  /** How many run or wait for nothing but their turn. */
  active(): number;
  /** What it remembers is of another database. Call while none runs. */
  forget(): void;
  /** Resolves when every running operation has come to the next chunk border. */
  stop(): Promise<void>;
}

export function createRunner(ports: EnginePorts, deliverer: Deliverer): Runner {
  const { clock, agenda, emit, report } = ports;
  const queue = createQueue();
  const running = new Map<number, { waiting: Waiting; run: Run; done: Promise<void> }>();
  /** Asked for while still on their way out, after a pause for example: looked at once more. */
  const again = new Set<number>();
  const stranded = new Map<number, StoppedBy>();
  const recordsNews = createThrottle(
    () => emit({ name: 'records.changed', payload: { collection: 'tickets' } }),
    recordsNewsGapMs,
  );
  let isStopping = false;
  const hooks = { deliverer, isStopping: () => isStopping, noteRecordsChanged: () => recordsNews.note() };

  function fill(): void {
    while (!isStopping && running.size < maxConcurrent) {
      const beside = [...running.values()].map(({ waiting }) => waiting);
      const next = queue.take(clock.now(), beside);
      if (!next) break;
      launch(next);
    }
    const dueAt = queue.nextDueAt(clock.now());
    if (dueAt === null) agenda.delete('operations');
    else agenda.set('operations', dueAt, fill);
  }

  function launch(waiting: Waiting): void {
    const { id } = waiting;
    stranded.delete(id);
    const run = startRun(ports, id, hooks);
    const done = finish(id, run)
      .catch((error: unknown) => report(error, `operation ${id}`))
      .finally(() => {
        running.delete(id);
        if (again.delete(id) && !isStopping) launch(waiting);
        else fill();
      });
    running.set(id, { waiting, run, done });
  }

  async function finish(id: number, run: Run): Promise<void> {
    const { operation, strandedBy } = await run.done;
    if (strandedBy) stranded.set(id, strandedBy);
    if (!operation || operation.state === 'draft') return;
    emit({ name: 'operation.updated', payload: { operation, progress: null } });
    if (!isFinal(operation.state)) return;
    announce(operation);
    await tellUndone(ports, operation);
  }

  function take(waiting: Waiting, how: () => void): void {
    if (running.has(waiting.id)) again.add(waiting.id);
    else if (!isStopping) how();
  }

  function announce(operation: Operation): void {
    const seconds = Math.round(((operation.endedAt ?? 0) - (operation.startedAt ?? 0)) / 1000);
    ports.host.notify(
      operation.title,
      `${stateWords[operation.state] ?? operation.state} after ${seconds} s`,
    );
  }

  return {
    enqueue: (waiting) =>
      take(waiting, () => {
        queue.add(waiting);
        fill();
      }),
    settle: (waiting) =>
      take(waiting, () => {
        queue.remove(waiting.id);
        launch(waiting);
      }),
    strandedBy: (id) => stranded.get(id),
    interrupt: (id) => running.get(id)?.run.interrupt(),
    runMs: (id) => running.get(id)?.run.runMs(),
    forget: () => {
      queue.clear();
      stranded.clear();
    },
    active: () => running.size + queue.dueCount(clock.now()),
    stop: async () => {
      isStopping = true;
      for (const { run } of running.values()) run.interrupt();
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
