import type { scheduleRequests } from '../../src-shared/contract/schedules.ts';
import { readCron } from '../engine/schedule/cron.ts';
import type { Scheduler } from '../engine/schedule/scheduler.ts';
import type { Templates } from '../engine/schedule/templates.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import { checkedFilter } from './records.api.ts';

const previewedRuns = 5;

export interface ScheduleParts {
  readonly store: Store;
  readonly templates: Templates;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
}

export const schedulesApi = (parts: ScheduleParts): ApiOf<typeof scheduleRequests> => {
  const { store, templates, scheduler, clock } = parts;
  return {
    'templates.list': async () => ({ templates: await store.read('listTemplates') }),
    'templates.save': async ({ id = null, ...content }) => {
      if (content.selection.mode === 'filter') checkedFilter(content.collection, content.selection.filter);
      const saved = await templates.save(id, content);
      await scheduler.refresh();
      return saved;
    },
    'templates.delete': async ({ id }) => {
      await store.write('deleteTemplate', { id });
      await scheduler.refresh();
      return {};
    },
    'templates.plan': async ({ id }, { client, actor }) => {
      const draft = await templates.plan(await store.read('getTemplate', { id }), { client, actor });
      return { id: draft.id };
    },
    'schedules.list': async () => ({
      schedules: (await store.read('listSchedules')).map(({ schedule }) => schedule),
    }),
    'schedules.save': ({ id = null, ...draft }) => scheduler.save(id, draft),
    'schedules.delete': async ({ id }) => {
      await scheduler.remove(id);
      return {};
    },
    'schedules.preview': async ({ cron, timeZone }) => {
      const pattern = readCron(cron, timeZone);
      const nextAt: number[] = [];
      for (let at = pattern.after(clock.now()); at !== null && nextAt.length < previewedRuns; ) {
        nextAt.push(at);
        at = pattern.after(at);
      }
      return { nextAt };
    },
  };
};
