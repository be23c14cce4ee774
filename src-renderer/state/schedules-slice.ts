import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import type { RequestInput } from '../../src-shared/contract/index.ts';
import type { Schedule, Template } from '../../src-shared/domain/schedule.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import { createNews } from './news.ts';
import type { Slice } from './slice.ts';

export interface SchedulesSlice {
  /** By name; null until they were asked for. */
  readonly templates: readonly Template[] | null;
  /** By their next run; null until they were asked for. */
  readonly schedules: readonly Schedule[] | null;
  /** Why both could not be read the last time. */
  readonly schedulesError: ErrorDto | null;

  loadSchedules(): Promise<void>;
  /** Keeps a template; rejects with what is wrong with it. */
  saveTemplate(template: RequestInput<'templates.save'>): Promise<void>;
  deleteTemplate(id: number): Promise<void>;
  /** Plans a template on what its selection matches now and shows the preview. */
  planTemplate(id: number): Promise<void>;
  /** Keeps a schedule; rejects with what is wrong with it. */
  saveSchedule(schedule: RequestInput<'schedules.save'>): Promise<void>;
  deleteSchedule(id: number): Promise<void>;
  applySchedules(schedules: readonly Schedule[]): void;
}

export const createSchedulesSlice: Slice<SchedulesSlice> = (set, get, bridge) => {
  const news = createNews<'schedules'>();

  /** Does something and reads both lists again; what goes wrong is shown above the screen. */
  async function andReload(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      await get().loadSchedules();
    } catch (error) {
      get().showNotice(error);
    }
  }

  return {
    templates: null,
    schedules: null,
    schedulesError: null,

    loadSchedules: async () => {
      try {
        const isTold = news.since();
        const [{ templates }, { schedules }] = await Promise.all([
          bridge.request('templates.list', {}),
          bridge.request('schedules.list', {}),
        ]);
        const schedulesError = null;
        set(isTold('schedules') ? { templates, schedulesError } : { templates, schedules, schedulesError });
      } catch (error) {
        set({ schedulesError: toErrorDto(error) });
      }
    },
    saveTemplate: async (template) => {
      await bridge.request('templates.save', template);
      await get().loadSchedules();
    },
    deleteTemplate: (id) => andReload(() => bridge.request('templates.delete', { id })),
    planTemplate: (id) =>
      get().preview(async () => {
        const draft = await bridge.request('templates.plan', { id });
        return bridge.request('operations.get', { id: draft.id });
      }),
    saveSchedule: async (schedule) => {
      await bridge.request('schedules.save', schedule);
      await get().loadSchedules();
    },
    deleteSchedule: (id) => andReload(() => bridge.request('schedules.delete', { id })),
    applySchedules: (schedules) => {
      news.told('schedules');
      set({ schedules });
    },
  };
};
