import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { changeDatabase } from '../../builders/tickets.ts';
import { assign, useSchedules } from './schedule-setup.ts';
import { day, hour, minute, second, startMs } from './timed-console.ts';

const saved = useSchedules();
const { setup, schedule, until, passAllBut, operations, ended } = saved;

async function planned(): Promise<Operation> {
  const { name: _name, options: _options, ...request } = assign('Ada');
  return setup.app.ask('operations.plan', request);
}

describe('a schedule', () => {
  it('counts what was due while no console was open, and runs none of it late', async () => {
    const once = await schedule(saved.template);
    const often = await schedule(saved.template, { cron: '0 * * * *', startAt: null });
    await setup.awayFor(day + 30 * minute);
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

  it('whose time cannot be read any more holds up no other one, and says so', async () => {
    const unreadable = await schedule(saved.template, { cron: '0 * * * *', startAt: null });
    const good = await schedule(saved.template);
    await setup.app.close();
    changeDatabase(setup.folder, (db) =>
      db.prepare('UPDATE schedules SET time_zone = ? WHERE id = ?').run('Mars/Base', unreadable.id),
    );
    await setup.reopen();
    setup.time.pass(hour);
    await ended(await until(good.id, ({ lastRun }) => lastRun?.outcome === 'started'));
    const { lastRun, nextAt } = await until(unreadable.id, (one) => one.lastRun !== null);
    expect(lastRun).toMatchObject({ at: startMs + hour, outcome: 'refused' });
    expect(lastRun?.message).toContain('cannot be read');
    expect(nextAt).toBeNull();
  });

  it('is made up to five minutes late, once for all that was due', async () => {
    const { id } = await schedule(saved.template, { cron: '* * * * *', startAt: null });
    await setup.awayFor(10 * minute + 30 * second);
    const run = await until(id, ({ lastRun }) => lastRun !== null);
    expect(run).toMatchObject({ missed: 9, lastRun: { at: startMs + 10 * minute, outcome: 'started' } });
    await ended(run);
    expect(await operations()).toHaveLength(1);
  });

  it.each([
    [5 * minute, 'started'],
    [5 * minute + 1, 'missed'],
  ] as const)('that is %i ms late is %s', async (lateMs, outcome) => {
    const { id } = await schedule(saved.template);
    await setup.awayFor(hour + lateMs);
    expect((await until(id, ({ lastRun }) => lastRun !== null)).lastRun?.outcome).toBe(outcome);
  });

  it('notices within a minute that the clock was put forward or the computer slept', async () => {
    const { id } = await schedule(saved.template);
    setup.time.jump(hour + minute);
    setup.time.pass(minute);
    expect((await until(id, ({ lastRun }) => lastRun !== null)).lastRun?.outcome).toBe('started');
    const slept = await schedule(saved.template);
    setup.time.jump(3 * hour);
    setup.time.pass(minute);
    expect((await until(slept.id, ({ lastRun }) => lastRun !== null)).lastRun?.outcome).toBe('missed');
  });

  it.each([
    ['at the next start', () => setup.awayFor(-400 * day)],
    [
      'within an hour',
      async () => {
        setup.time.jump(-400 * day);
        setup.time.pass(hour);
      },
    ],
  ])('goes on where the clock was a year ahead and is right again: %s', async (_when, putBack) => {
    const { id } = await schedule(saved.template, { cron: '30 * * * *', startAt: null });
    setup.time.jump(400 * day);
    setup.time.pass(minute);
    await until(id, ({ lastRun }) => lastRun !== null);
    await putBack();
    const next = await until(id, ({ nextAt }) => nextAt !== null && nextAt < setup.time.now() + hour);
    setup.time.jump((next.nextAt ?? 0) - setup.time.now());
    setup.time.pass(minute);
    const run = await until(id, ({ lastRun }) => lastRun?.at === next.nextAt);
    expect(run.lastRun?.outcome).toBe('started');
    await ended(run);
  });

  it('does not run early when the clock is put back', async () => {
    const { id } = await schedule(saved.template);
    setup.time.jump(-hour);
    await passAllBut(1, 2 * hour);
    expect(await until(id, () => true)).toMatchObject({ nextAt: startMs + hour, lastRun: null });
    setup.time.pass(1);
    const run = await until(id, ({ lastRun }) => lastRun?.outcome === 'started');
    expect(await ended(run)).toMatchObject({ startedAt: startMs + hour });
  });

  it('does not run again what has run when the clock is put back by some hours', async () => {
    const { id } = await schedule(saved.template, { cron: '0 13 * * *', startAt: null });
    setup.time.pass(hour);
    const { title } = await ended(await until(id, ({ lastRun }) => lastRun?.outcome === 'started'));
    setup.time.jump(-2 * hour);
    await passAllBut(1, hour);
    await passAllBut(0, hour + 1);
    expect(await until(id, () => true)).toMatchObject({
      nextAt: startMs + hour + day,
      lastRun: { at: startMs + hour, outcome: 'started' },
      missed: 0,
    });
    expect((await operations()).filter((one) => one.title === title)).toHaveLength(1);
  });

  it('far away never makes a timer longer than a minute', async () => {
    await schedule(saved.template, { startAt: startMs + 400 * day });
    setup.time.pass(hour);
    expect(Math.max(...setup.time.waits)).toBeLessThanOrEqual(minute);
  });

  it('tells of a run that a console began and did not come to the end of', async () => {
    const { id } = await schedule(saved.template);
    const begun = await schedule(saved.template);
    const { id: operationId } = await planned();
    await setup.app.ask('operations.start', { id: operationId });
    await setup.app.ended(operationId);
    await setup.app.close();
    changeDatabase(setup.folder, (db) => {
      const claim = db.prepare(
        'UPDATE schedules SET next_at = NULL, claimed_at = ?, claimed_operation_id = ? WHERE id = ?',
      );
      claim.run(startMs, null, id);
      claim.run(startMs, operationId, begun.id);
    });
    await setup.reopen();
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
