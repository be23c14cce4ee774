import { basename } from 'node:path';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Verification } from '../../../src-shared/contract/history.ts';
import type { Job } from '../../workers/job.ts';
import type { EnginePorts } from '../ports.ts';
import { type ReportOrder, startHistoryJob, type Verified } from './history-job.ts';

export interface WrittenReport {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly verification: Verification;
}

/** The history as evidence: checked against its chain, and written out to be checked by others. */
export interface History {
  /** Several who ask at once get the same answer. */
  verify(): Promise<Verification>;
  /** Journals who signs it off, checks the history, and writes the report. Throws `target_not_writable`, `disk_full`. */
  report(order: ReportOrder): Promise<WrittenReport>;
  /** Ends what is under way and resolves when the database is let go of. */
  stop(): Promise<void>;
}

export function createHistory({
  store,
  clock,
  emit,
  report: tellFailure,
}: Pick<EnginePorts, 'store' | 'clock' | 'emit' | 'report'>): History {
  const jobs = new Set<Job<Verified>>();
  const reports = new Set<Promise<unknown>>();
  let verifying: Promise<Verification> | null = null;
  let isStopping = false;

  async function run(report: ReportOrder | null, nowMs: number): Promise<Verified> {
    if (isStopping)
      throw new BulkheadError('stopping', 'The console is closing. The history was not checked.');
    const job = startHistoryJob({ databaseFile: store.file, nowMs, report }, (payload) =>
      emit({ name: 'history.verifying', payload }),
    );
    jobs.add(job);
    return job.done.finally(() => jobs.delete(job));
  }

  async function report(order: ReportOrder): Promise<WrittenReport> {
    const nowMs = clock.now();
    const { operationId, signedBy, path } = order;
    const signed = { operationId, signedBy, file: basename(path), nowMs };
    await store.write('signOff', signed);
    try {
      const { verification, bytes } = await run(order, nowMs);
      if (bytes === null) throw new Error('a report was asked for and none was written');
      return { path, name: signed.file, bytes, verification };
    } catch (error) {
      await store
        .write('failReport', { ...signed, nowMs: clock.now() })
        .catch((failure: unknown) => tellFailure(failure, 'a report that was not written'));
      throw error;
    }
  }

  return {
    verify: () => {
      verifying ??= run(null, clock.now())
        .then(({ verification }) => verification)
        .finally(() => {
          verifying = null;
        });
      return verifying;
    },
    report: (order) => {
      const written = report(order);
      const settled = written.catch(() => undefined).finally(() => reports.delete(settled));
      reports.add(settled);
      return written;
    },
    stop: async () => {
      isStopping = true;
      for (const job of jobs) job.stop();
      await Promise.allSettled([...reports, ...[...jobs].map(({ done }) => done)]);
    },
  };
}
