import type { scheduleRequests } from '../../src-shared/contract/schedules.ts';
import { readCron } from '../engine/schedule/cron.ts';
import type { Scheduler } from '../engine/schedule/scheduler.ts';
import type { Templates } from '../engine/schedule/templates.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import type { OpenDrafts } from './open-drafts.ts';
import { checkedFilter } from './records.api.ts';

const previewedRuns = 5;

export interface ScheduleParts {
  readonly store: Store;
  readonly templates: Templates;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly drafts: OpenDrafts;
}

export const schedulesApi = (parts: ScheduleParts): ApiOf<typeof scheduleRequests> => {
  const { store, templates, scheduler, clock, drafts } = parts;
  return {
    'templates.list': async () => ({ templates: await store.read('listTemplates') }),
    'templates.save': async ({ id = null, ...content }, { actor }) => {
      if (content.selection.mode === 'filter') checkedFilter(content.collection, content.selection.filter);
      const saved = await templates.save(id, content, actor);
      await scheduler.refresh();
      return saved;
    },
    'templates.delete': async ({ id }) => {
      await store.write('deleteTemplate', { id });
      await scheduler.refresh();
      return {};
    },
    'templates.plan': async ({ id }, caller) => {
      const { client, actor } = caller;
      const template = await store.read('getTemplate', { id });
      const draft = await drafts.made(caller, templates.plan(template, { client, actor }));
      return { id: draft.id };
    },
    'schedules.list': async () => ({
      schedules: (await store.read('listSchedules')).map(({ schedule }) => schedule),
    }),
    'schedules.save': ({ id = null, ...draft }, { actor }) => scheduler.save(id, draft, actor),
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
