import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequestInput } from '../../../src-shared/contract/index.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import type { Schedule, Template } from '../../../src-shared/domain/schedule.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTicket,
  makeTickets,
  theseTickets,
} from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

const startMs = Date.UTC(2026, 0, 15, 12);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

let folder: string;
let time: TestTime;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  time = createTestTime(startMs);
  await open();
  fillTickets(folder, makeTickets(5));
});
afterEach(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

async function open(): Promise<void> {
  app = await openTestConsole(folder, time, time);
}

/** Closes the console, lets time pass, and opens it again. */
async function awayFor(ms: number): Promise<void> {
  await app.close();
  time.jump(ms);
  await open();
}

function assign(
  assignee: string,
  more: Partial<RequestInput<'templates.save'>> = {},
): RequestInput<'templates.save'> {
  return {
    name: `Assign to ${assignee}`,
    action: 'assign',
    collection: 'tickets',
    selection: everyTicket,
    input: { assignee },
    options: defaultRunOptions,
    ...more,
  };
}

function schedule(template: Template, more: Partial<RequestInput<'schedules.save'>> = {}): Promise<Schedule> {
  const once = { cron: null, startAt: time.now() + hour, timeZone: 'UTC', isActive: true };
  return app.ask('schedules.save', { templateId: template.id, ...once, ...more });
}

/** Resolves when the schedule is as it should be: at once, or when that is told. */
async function until(id: number, test: (schedule: Schedule) => boolean): Promise<Schedule> {
  const pick = (schedules: readonly Schedule[]) => schedules.find((each) => each.id === id && test(each));
  const told = app.event('schedules.changed', ({ schedules }) => pick(schedules) !== undefined);
  const found = pick((await app.ask('schedules.list', {})).schedules) ?? pick((await told).schedules);
  if (!found) throw new Error('not told');
  return found;
}

/** Lets time pass up to `restMs` before its end, and waits until the schedules have been looked at there. */
async function passAllBut(restMs: number, ms: number): Promise<void> {
  const marker = await app.ask('templates.save', assign(`marker ${restMs}`));
  const { id } = await schedule(marker, { startAt: time.now() + ms - restMs });
  time.pass(ms - restMs);
  await ended(await until(id, ({ lastRun }) => lastRun !== null));
}

async function operations(): Promise<Operation[]> {
  return (await app.ask('operations.list', { limit: 200 })).operations;
}

/** Ends the operation of a run and answers it. */
function ended(run: Schedule): Promise<Operation> {
  return app.ended(run.lastRun?.operationId ?? 0);
}

async function planned(): Promise<Operation> {
  const { name: _name, options: _options, ...request } = assign('Ada');
  return app.ask('operations.plan', request);
}

describe('a schedule', () => {
  let template: Template;
  beforeEach(async () => {
    template = await app.ask('templates.save', assign('Ada'));
  });

  it('of one run is made at its moment, not before, and not again', async () => {
    const { id } = await schedule(template);
    await passAllBut(1, hour);
    expect(await until(id, () => true)).toMatchObject({ nextAt: startMs + hour, lastRun: null });
    time.pass(1);
    const run = await until(id, ({ lastRun }) => lastRun !== null);
    expect(run).toMatchObject({
      nextAt: null,
      missed: 0,
      lastRun: { at: startMs + hour, outcome: 'started', message: '' },
    });
    expect(await ended(run)).toMatchObject({
      state: 'completed',
      actor: 'tester',
      startedAt: startMs + hour,
    });
    await passAllBut(0, day);
    expect((await operations()).filter(({ title }) => title === 'Assign to Ada')).toHaveLength(1);
  });

  it('that comes again is planned afresh each time, with the options of its template', async () => {
    const options = { ...defaultRunOptions, maxErrors: 7 };
    await app.ask('templates.save', { ...assign('Ada', { options }), id: template.id });
    const { id, nextAt } = await schedule(template, { cron: '0 * * * *', startAt: null });
    expect(nextAt).toBe(startMs + hour);
    for (let round = 1; round <= 3; round += 1) {
      fillTickets(folder, [makeTicket(10 + round)]);
      time.pass(hour);
      const run = await until(id, ({ lastRun }) => lastRun?.at === startMs + round * hour);
      expect(run).toMatchObject({ nextAt: startMs + (round + 1) * hour, lastRun: { outcome: 'started' } });
      const operation = await ended(run);
      expect(countsOf(operation.tallies).done).toBe(round === 1 ? 6 : 1);
      expect(operation.options.maxErrors).toBe(7);
    }
    expect(await operations()).toHaveLength(3);
  });

  it('says so when there is nothing to do, and leaves no plan behind', async () => {
    await app.ask('templates.save', { ...assign('Ada', { selection: theseTickets(1) }), id: template.id });
    const { id } = await schedule(template, { cron: '0 * * * *', startAt: null });
    time.pass(hour);
    await ended(await until(id, ({ lastRun }) => lastRun?.outcome === 'started'));
    time.pass(hour);
    const run = await until(id, ({ lastRun }) => lastRun?.at === startMs + 2 * hour);
    expect(run.lastRun).toEqual({
      at: startMs + 2 * hour,
      outcome: 'nothing_to_do',
      operationId: null,
      message: '',
    });
    expect(await operations()).toHaveLength(1);
    expect(changeDatabase(folder, (db) => db.prepare('SELECT count(*) FROM operations').pluck().get())).toBe(
      1,
    );
  });

  it('says why a run was refused', async () => {
    await app.ask('settings.update', {
      limits: [{ collection: 'tickets', action: 'assign', maxRecords: 4, rate: null }],
    });
    const { id } = await schedule(template);
    time.pass(hour);
    const { lastRun } = await until(id, (each) => each.lastRun !== null);
    expect(lastRun).toMatchObject({ outcome: 'refused', operationId: null });
    expect(lastRun?.message).toContain('5 records');
  });

  it('counts what was due while no console was open, and runs none of it late', async () => {
    const once = await schedule(template);
    const often = await schedule(template, { cron: '0 * * * *', startAt: null });
    await awayFor(day + 30 * minute);
    expect(await until(once.id, ({ lastRun }) => lastRun !== null)).toMatchObject({
      nextAt: null,
      missed: 1,
      lastRun: { at: startMs + hour, outcome: 'missed', operationId: null },
    });
    const missed = await until(often.id, ({ lastRun }) => lastRun !== null);
    expect(missed).toMatchObject({
      nextAt: startMs + day + hour,
      missed: 24,
      lastRun: { at: startMs + day, outcome: 'missed' },
    });
    expect(missed.lastRun?.message).toMatch(/not running/);
    expect(await operations()).toEqual([]);
  });

  it('is made up to five minutes late, once for all that was due', async () => {
    const { id } = await schedule(template, { cron: '* * * * *', startAt: null });
    await awayFor(10 * minute + 30 * second);
    const run = await until(id, ({ lastRun }) => lastRun !== null);
    expect(run).toMatchObject({ missed: 9, lastRun: { at: startMs + 10 * minute, outcome: 'started' } });
    await ended(run);
    expect(await operations()).toHaveLength(1);
  });

  it.each([
    [5 * minute, 'started'],
    [5 * minute + 1, 'missed'],
  ] as const)('that is %i ms late is %s', async (lateMs, outcome) => {
    const { id } = await schedule(template);
    await awayFor(hour + lateMs);
    expect((await until(id, ({ lastRun }) => lastRun !== null)).lastRun?.outcome).toBe(outcome);
  });

  it('notices within a minute that the clock was put forward or the computer slept', async () => {
    const { id } = await schedule(template);
    time.jump(hour + minute);
    time.pass(minute);
    expect((await until(id, ({ lastRun }) => lastRun !== null)).lastRun?.outcome).toBe('started');
    const slept = await schedule(template);
    time.jump(3 * hour);
    time.pass(minute);
    expect((await until(slept.id, ({ lastRun }) => lastRun !== null)).lastRun?.outcome).toBe('missed');
  });

  it('does not run early when the clock is put back', async () => {
    const { id } = await schedule(template);
    time.jump(-hour);
    await passAllBut(1, 2 * hour);
    expect(await until(id, () => true)).toMatchObject({ nextAt: startMs + hour, lastRun: null });
    time.pass(1);
    const run = await until(id, ({ lastRun }) => lastRun?.outcome === 'started');
    expect(await ended(run)).toMatchObject({ startedAt: startMs + hour });
  });

  it('far away never makes a timer longer than a minute', async () => {
    await schedule(template, { startAt: startMs + 400 * day });
    time.pass(hour);
    expect(Math.max(...time.waits)).toBeLessThanOrEqual(minute);
  });

  it('that is switched off or removed does not run', async () => {
    const off = await schedule(template);
    expect(await schedule(template, { id: off.id, isActive: false })).toMatchObject({ nextAt: null });
    const gone = await schedule(template);
    await app.ask('schedules.delete', { id: gone.id });
    // Due with them and made after them: when it is there, they would be.
    const other = await schedule(template);
    time.pass(hour);
    await until(other.id, ({ lastRun }) => lastRun !== null);
    expect(await operations()).toHaveLength(1);
    expect(await until(off.id, () => true)).toMatchObject({ lastRun: null, nextAt: null });
    await expect(app.ask('schedules.delete', { id: gone.id })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('that is switched off or removed while its run is being planned starts nothing', async () => {
    const off = await schedule(template);
    const planned = app.event('operation.planning', () => true);
    time.pass(hour);
    await planned;
    await schedule(template, { id: off.id, isActive: false });
    const { lastRun } = await until(off.id, (each) => each.lastRun !== null);
    expect(lastRun).toMatchObject({ outcome: 'refused', message: expect.stringContaining('switched off') });
    const gone = await schedule(template);
    const plannedAgain = app.event('operation.planning', () => true);
    time.pass(hour);
    await plannedAgain;
    await app.ask('schedules.delete', { id: gone.id });
    // Made after it is through with the one that is gone.
    const other = await schedule(template);
    time.pass(hour);
    await until(other.id, ({ lastRun }) => lastRun !== null);
    expect(await operations()).toHaveLength(1);
  });

  it('is listed by its next run', async () => {
    const late = await schedule(template, { startAt: startMs + 2 * hour });
    const off = await schedule(template, { isActive: false });
    const soon = await schedule(template);
    const { schedules } = await app.ask('schedules.list', {});
    expect(schedules.map(({ id }) => id)).toEqual([soon.id, late.id, off.id]);
    expect(schedules[0]).toMatchObject({ templateName: 'Assign to Ada', createdBy: 'tester' });
  });

  it('that never comes, or cannot be read, is refused', async () => {
    const refused = [
      { cron: null, startAt: null },
      { cron: '0 * * * *', startAt: startMs + hour },
      { cron: null, startAt: startMs },
      { cron: '0 0 30 2 *', startAt: null },
      { cron: '0 0 * * * *', startAt: null },
      { cron: '0 0 * * *', startAt: null, timeZone: 'Mars/Base' },
    ];
    for (const when of refused)
      await expect(schedule(template, when), JSON.stringify(when)).rejects.toMatchObject({
        code: 'schedule_invalid',
      });
    await expect(schedule({ ...template, id: 99 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(schedule(template, { id: 99 })).rejects.toMatchObject({ code: 'not_found' });
    expect(await app.ask('schedules.list', {})).toEqual({ schedules: [] });
  });

  it('shows its next five runs while it is made', async () => {
    const preview = { cron: '30 14 * * *', timeZone: 'Europe/Berlin' };
    const { nextAt } = await app.ask('schedules.preview', preview);
    expect(nextAt.map((at) => (at - startMs) / hour)).toEqual([1.5, 25.5, 49.5, 73.5, 97.5]);
  });

  it('tells of a run that a console began and did not come to the end of', async () => {
    const { id } = await schedule(template);
    const begun = await schedule(template);
    const { id: operationId } = await planned();
    await app.ask('operations.start', { id: operationId });
    await app.ended(operationId);
    await app.close();
    changeDatabase(folder, (db) => {
      const claim = db.prepare(
        'UPDATE schedules SET next_at = NULL, claimed_at = ?, claimed_operation_id = ? WHERE id = ?',
      );
      claim.run(startMs, null, id);
      claim.run(startMs, operationId, begun.id);
    });
    await open();
    expect(await until(id, ({ lastRun }) => lastRun !== null)).toMatchObject({
      missed: 1,
      lastRun: { at: startMs, outcome: 'missed', message: expect.stringContaining('ended before') },
    });
    expect(await until(begun.id, ({ lastRun }) => lastRun !== null)).toMatchObject({
      missed: 0,
      lastRun: { at: startMs, outcome: 'started', operationId },
    });
  });
});
