import { type BulkheadError, isRetryable } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { StoppedBy } from '../../../src-shared/domain/stop-rule.ts';
import { backoffMs } from '../../platform/backoff.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import { wait } from '../../platform/wait.ts';
import type { StoredOperation } from '../../store/store.ts';
import { type Deliverer, Untold } from '../delivery/deliverer.ts';
import type { EnginePorts } from '../ports.ts';
import { newChunkState } from './run-chunks.ts';
import type { RunContext } from './run-context.ts';
import { proceed, stopBy } from './run-steps.ts';

/** How a run left its operation. */
export interface RunOutcome {
  /** Null when it is gone. */
  readonly operation: Operation | null;
  /** Why it stands still though the database, which could not be written, says otherwise. */
  readonly strandedBy: StoppedBy | null;
}

export interface Run {
  /** Never rejects. */
  readonly done: Promise<RunOutcome>;
  interrupt(): void;
  runMs(): number;
}

/**
 * Runs an operation to its end, or until it is paused or the console stops. What is to be done is read from the
 * database, not from what was `known` of the operation before. Failures that may pass by themselves are tried again
 * after a while; any other error that is not about a single record stops the operation with the reason.
 */
export function startRun(
  ports: EnginePorts,
  known: Operation,
  hooks: {
    deliverer: Deliverer;
    isStopping: () => boolean;
    noteRecordsChanged: (collection: string) => void;
  },
): Run {
  const { store, clock } = ports;
  const { id } = known;
  const controller = new AbortController();
  const startedMs = performance.now();
  const chunks = newChunkState();
  let earlierMs = 0;
  let failures = 0;
  const context: RunContext = {
    id,
    ports,
    deliverer: hooks.deliverer,
    signal: controller.signal,
    isStopping: hooks.isStopping,
    runMs: () => earlierMs + Math.round(performance.now() - startedMs),
    noteProgress: () => {
      failures = 0;
      hooks.noteRecordsChanged(known.collection);
    },
  };

  async function lookFirst(): Promise<StoredOperation> {
    const stored = await store.read('getOperation', { id });
    earlierMs = stored.runMs;
    return stored;
  }

  async function lookAgain({ code, message }: BulkheadError): Promise<StoredOperation> {
    const now = { operationId: id, nowMs: clock.now(), runMs: context.runMs() };
    const stored = await store.write('noteFailedTry', {
      ...now,
      code,
      message,
      failures,
      chunk: chunks.lost,
    });
    chunks.lost = null;
    return stored;
  }

  /** At most until the time limit, which is looked at next. */
  function waitMs({ options }: Pick<Operation, 'options'>): number {
    const untilLimitMs = (options.timeLimitMs ?? Number.POSITIVE_INFINITY) - context.runMs();
    return Math.max(0, Math.min(backoffMs(failures - 1, options.retry, Math.random), untilLimitMs));
  }

  async function run(): Promise<RunOutcome> {
    let stored: StoredOperation | null = null;
    let error: BulkheadError | null = null;
    for (;;) {
      try {
        stored = stored && error ? await lookAgain(error) : await lookFirst();
        const { operation } = await proceed(context, chunks, stored);
        return { operation, strandedBy: null };
      } catch (cause) {
        error = toBulkheadError(cause);
        const operation = stored?.operation ?? known;
        if (hooks.isStopping()) return { operation, strandedBy: null };
        // A backup was put in place that does not know it.
        if (error.code === 'not_found') return { operation: null, strandedBy: null };
        // A restore takes as long as it takes.
        if (error.code !== 'restoring') failures += 1;
        const isHopeless = error instanceof Untold || !isRetryable(error.code);
        if (isHopeless || failures >= operation.options.retry.attempts) {
          ports.report(error, `operation ${id} stopped`);
          return stopBy(context, operation, error);
        }
        await wait(waitMs(operation), controller.signal);
      }
    }
  }

  return { done: run(), interrupt: () => controller.abort(), runMs: context.runMs };
}
