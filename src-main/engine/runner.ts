import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { StoredOperation } from '../store/store.ts';
import { toBulkheadError } from '../workers/protocol.ts';
import { firstChunkSize, nextChunkSize } from './chunk-size.ts';
import { planChunkSize } from './draft.ts';
import { type ExportJob, startExport } from './export-job.ts';
import type { EnginePorts } from './ports.ts';
import { createProgressMeter } from './progress.ts';
import { createThrottle } from './throttle.ts';

/** More would only take turns at the one writer. */
const maxConcurrent = 2;
/** At most four times a second, over all operations. */
const recordsNewsGapMs = 250;

/** Runs operations, first come first served. The database says what is to be done; the runner only keeps going. */
export interface Runner {
  /** Takes a pending or interrupted operation on, when its turn comes. */
  enqueue(id: number): void;
  /** Takes an operation on at once: one that was cancelled has nothing to wait for. */
  settle(id: number): void;
  /** True for an operation that stands still though the database, which could not be written, says otherwise. */
  isStranded(id: number): boolean;
  /** Tells an export that its operation was paused or cancelled; other operations see it in the database. */
  interrupt(id: number): void;
  active(): number;
  /** Resolves when every running operation has come to the next chunk border. */
  stop(): Promise<void>;
}

export function createRunner(ports: EnginePorts): Runner {
  const { store, clock, emit, report } = ports;
  const queue: number[] = [];
  const running = new Map<number, Promise<void>>();
  /** Asked for while still on their way out, after a pause for example: looked at once more. */
  const again = new Set<number>();
  const exports = new Map<number, ExportJob>();
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
    const done = runOperation(id)
      .catch((error: unknown) => report(error, `operation ${id}`))
      .finally(() => {
        running.delete(id);
        if (again.delete(id) && !isStopping) launch(id);
        else fill();
      });
    running.set(id, done);
  }

  function take(id: number, how: (id: number) => void): void {
    if (running.has(id)) again.add(id);
    else if (!isStopping) how(id);
  }

  async function runOperation(id: number): Promise<void> {
    let stored = await store.read('getOperation', { id });
    if (isStopping || isFinal(stored.operation.state)) return;
    stranded.delete(id);
    try {
      if (stored.operation.state === 'pending' && !stored.operation.isCancelling) stored = await begin(id);
      stored = stored.effect.kind === 'export' ? await runExport(stored) : await runChunks(stored);
      if (stored.operation.isCancelling) stored = await settleCancelled(id);
    } catch (error) {
      stored = await stopBy(id, toBulkheadError(error));
    }
    emit({ name: 'operation.updated', payload: { operation: stored.operation, progress: null } });
    if (isFinal(stored.operation.state)) announce(stored.operation);
  }

  async function begin(id: number): Promise<StoredOperation> {
    try {
      const stored = await store.write('moveOperation', {
        id,
        from: ['pending'],
        to: 'in_progress',
        nowMs: clock.now(),
        event: 'running',
      });
      emit({ name: 'operation.updated', payload: { operation: stored.operation, progress: null } });
      return stored;
    } catch (error) {
      // The user paused it a moment ago; that is no failure.
      if (error instanceof BulkheadError && error.code === 'wrong_state')
        return store.read('getOperation', { id });
      throw error;
    }
  }

  /** Applies chunks until none is left or the database says that the operation was paused or cancelled. */
  async function runChunks(start: StoredOperation): Promise<StoredOperation> {
    const meter = createProgressMeter();
    let stored = start;
    let size = firstChunkSize;
    while (goesOn(stored)) {
      const startedMs = performance.now();
      stored = await store.write('applyChunk', {
        operationId: start.operation.id,
        limit: size,
        nowMs: clock.now(),
      });
      size = nextChunkSize(size, performance.now() - startedMs);
      const nowMs = clock.now();
      const progress = meter.update(stored.operation, nowMs);
      if (meter.isDue(nowMs))
        emit({ name: 'operation.updated', payload: { operation: stored.operation, progress } });
      recordsNews.note();
    }
    const isThrough =
      stored.operation.state === 'in_progress' &&
      !stored.operation.isCancelling &&
      stored.nextSeq > stored.lastSeq;
    if (!isThrough) return stored;
    return store.write('finishOperation', { operationId: start.operation.id, nowMs: clock.now() });
  }

  function goesOn({ operation, nextSeq, lastSeq }: StoredOperation): boolean {
    return !isStopping && operation.state === 'in_progress' && !operation.isCancelling && nextSeq <= lastSeq;
  }

  async function runExport(stored: StoredOperation): Promise<StoredOperation> {
    const { effect, selection } = stored;
    const { id } = stored.operation;
    if (effect.kind !== 'export' || !selection)
      throw new Error(`operation ${id} is not an export of a selection`);
    if (stored.operation.isCancelling || stored.operation.state !== 'in_progress') return stored;
    const meter = createProgressMeter();
    const job = startExport(
      { databaseFile: store.file, effect, selection, nowMs: stored.operation.createdAt },
      (rows) => {
        const nowMs = clock.now();
        const operation = withExported(stored.operation, rows);
        const progress = meter.update(operation, nowMs);
        if (meter.isDue(nowMs))
          emit({ name: 'operation.updated', payload: { operation: stored.operation, progress } });
      },
    );
    exports.set(id, job);
    try {
      const written = await job.done;
      if (!written) return await store.read('getOperation', { id });
      return await store.write('finishExport', { id, ...written, nowMs: clock.now() });
    } finally {
      exports.delete(id);
    }
  }

  async function settleCancelled(id: number): Promise<StoredOperation> {
    let hasMore = true;
    while (hasMore) {
      hasMore = await store.write('cancelRest', {
        operationId: id,
        limit: planChunkSize,
        nowMs: clock.now(),
      });
    }
    return store.write('finishOperation', { operationId: id, nowMs: clock.now() });
  }

  /** An error that is not of one record: an export ends as failed, everything else waits, paused, for the user. */
  async function stopBy(id: number, error: BulkheadError): Promise<StoredOperation> {
    report(error, `operation ${id} stopped`);
    const now = await store.read('getOperation', { id });
    // The answer may have been lost after the work was done, or the user was quicker: then there is nothing to stop.
    if (now.operation.state !== 'pending' && now.operation.state !== 'in_progress') return now;
    const { effect } = now;
    const stoppedBy = { code: error.code, message: error.message };
    const isExport = effect.kind === 'export';
    const to = isExport ? 'failed' : 'paused';
    try {
      if (isExport) await store.write('cancelRest', { operationId: id, limit: 0, nowMs: clock.now() });
      return await store.write('moveOperation', {
        id,
        from: ['pending', 'in_progress'],
        to,
        nowMs: clock.now(),
        event: isExport ? 'failed' : 'stopped',
        stoppedBy,
      });
    } catch (failure) {
      // On a full disk not even this can be written down. It is told all the same: nothing is running, and the user
      // may resume it; so does the next start.
      stranded.add(id);
      report(failure, `operation ${id} could not be marked as stopped`);
      return { ...now, operation: { ...now.operation, state: 'paused', stoppedBy } };
    }
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
    interrupt: (id) => exports.get(id)?.stop(),
    active: () => running.size + queue.length,
    stop: async () => {
      isStopping = true;
      for (const job of exports.values()) job.stop();
      await Promise.all(running.values());
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

function withExported(operation: Operation, rows: number): Operation {
  const total = operation.tallies.reduce((sum, { count }) => sum + count, 0);
  return {
    ...operation,
    tallies: [
      { state: 'planned', reason: null, count: Math.max(0, total - rows) },
      { state: 'done', reason: null, count: Math.min(rows, total) },
    ],
  };
}
