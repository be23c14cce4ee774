import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import type { Verification } from '../../src-shared/contract/history.ts';
import type { EventPayload, RequestInput, RequestOutput } from '../../src-shared/contract/index.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import type { Slice } from './slice.ts';

/** Long work on the history. It goes on while one looks elsewhere, and its end waits to be read. */
export type Task<T> =
  | { readonly status: 'idle' }
  | { readonly status: 'running'; readonly checked: number; readonly total: number | null }
  | { readonly status: 'done'; readonly result: T }
  | { readonly status: 'failed'; readonly error: ErrorDto };

export type Report = RequestOutput<'history.report'>;

/** What a report is about: an operation, or with null the whole history. */
export type ReportSubject = RequestInput<'history.report'>['id'];

export interface HistorySlice {
  readonly verification: Task<Verification>;
  readonly report: Task<Report>;
  /** What the report that is under way or has ended is about. */
  readonly reportSubject: ReportSubject;

  /** Checks the whole history. Does nothing while that is under way. */
  verifyHistory(): Promise<void>;
  /** Asks where to save and writes a report there. Does nothing while one is being written. */
  saveReport(request: Omit<RequestInput<'history.report'>, 'target'>, suggestedName: string): Promise<void>;
  applyVerifying(progress: EventPayload<'history.verifying'>): void;
  /** What has ended was read: the next one begins afresh. */
  forgetTask(task: 'verification' | 'report'): void;
}

const idle = { status: 'idle' } as const;
const begun = { status: 'running', checked: 0, total: null } as const;

export const createHistorySlice: Slice<HistorySlice> = (set, get, bridge) => ({
  verification: idle,
  report: idle,
  reportSubject: null,

  verifyHistory: async () => {
    if (get().verification.status === 'running') return;
    set({ verification: begun });
    try {
      set({ verification: { status: 'done', result: await bridge.request('history.verify', {}) } });
    } catch (error) {
      set({ verification: { status: 'failed', error: toErrorDto(error) } });
    }
  },

  saveReport: async (request, suggestedName) => {
    if (get().report.status === 'running') return;
    try {
      const target = await bridge.request('files.choose_target', { suggestedName });
      if (!target) return;
      set({ report: begun, reportSubject: request.id });
      const result = await bridge.request('history.report', { ...request, target: target.handle });
      set({ report: { status: 'done', result } });
    } catch (error) {
      set({ report: { status: 'failed', error: toErrorDto(error) }, reportSubject: request.id });
    }
  },

  applyVerifying: (progress) => {
    // A report is checked before it is written, and the console does not say for whom it checks.
    if (get().verification.status === 'running') set({ verification: { status: 'running', ...progress } });
    if (get().report.status === 'running') set({ report: { status: 'running', ...progress } });
  },

  forgetTask: (task) => {
    if (get()[task].status !== 'running') set({ [task]: idle });
  },
});
