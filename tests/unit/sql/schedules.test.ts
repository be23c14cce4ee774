import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import {
  claimRun,
  linkRun,
  listSchedules,
  type ScheduleContent,
  saveSchedule,
  settleRun,
} from '../../../src-main/sql/schedule/schedules.ts';
import { saveTemplate } from '../../../src-main/sql/schedule/templates.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import type { ScheduledRun } from '../../../src-shared/domain/schedule.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const actor = 'mina';
const dueAt = 100;
const nextAt = 200;
let folder: string;
let db: Db;
let content: ScheduleContent;
let id: number;

beforeEach(() => {
  folder = makeFolder();
  db = openWriter(`${folder}/bulkhead.db`);
  const what = { action: 'delete', collection: 'tickets', selection: everyTicket, input: {} } as const;
  const template = { name: 'Nightly', ...what, options: RunOptions.parse({}) };
  const { id: templateId } = saveTemplate(db, { id: null, content: template, actor, nowMs });
  content = { templateId, cron: '0 3 * * *', startAt: null, timeZone: 'UTC', isActive: true, nextAt: dueAt };
  ({ id } = saveSchedule(db, { id: null, content, actor, nowMs, toldMissed: 0 }));
});
afterEach(() => {
  db.close();
  removeFolder(folder);
});

function claim(due = dueAt): boolean {
  return claimRun(db, { id, dueAt: due, nextAt: due + 100, runAt: due, missed: 0, lastMissed: null });
}

const missed: ScheduledRun = { at: dueAt, outcome: 'missed', operationId: null, message: 'Too late.' };

it('a run is claimed once, as it was due, and no other before it is settled', () => {
  expect([claim(nextAt), claim(), claim(), claim(nextAt)]).toEqual([false, true, false, false]);
  settleRun(db, { id, run: missed });
  expect([claim(), claim(nextAt)]).toEqual([false, true]);
});

it('what became of a run is written down once', () => {
  claim();
  settleRun(db, { id, run: missed });
  settleRun(db, { id, run: { ...missed, at: nextAt } });
  expect(listSchedules(db)[0]).toMatchObject({ schedule: { missed: 1, lastRun: missed }, claim: null });
});

it('a run of a schedule that was switched off meanwhile is not made', () => {
  expect(linkRun(db, { id, operationId: 1 })).toBe(false);
  claim();
  saveSchedule(db, {
    id,
    content: { ...content, isActive: false, nextAt: null },
    actor,
    nowMs,
    toldMissed: 0,
  });
  expect(linkRun(db, { id, operationId: 1 })).toBe(false);
});
