import { describe, expect, it } from 'vitest';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { changeDatabase, fillTickets, makeTicket, theseTickets } from '../../builders/tickets.ts';
import { assign, useSchedules } from './schedule-setup.ts';
import { day, hour, startMs } from './timed-console.ts';

const saved = useSchedules();
const { setup, schedule, until, passAllBut, operations, ended } = saved;

describe('a schedule', () => {
  it('of one run is made at its moment, not before, and not again', async () => {
    const { id } = await schedule(saved.template);
    await passAllBut(1, hour);
    expect(await until(id, () => true)).toMatchObject({ nextAt: startMs + hour, lastRun: null });
    setup.time.pass(1);
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
    await setup.app.ask('templates.save', { ...assign('Ada', { options }), id: saved.template.id });
    const { id, nextAt } = await schedule(saved.template, { cron: '0 * * * *', startAt: null });
    expect(nextAt).toBe(startMs + hour);
    for (let round = 1; round <= 3; round += 1) {
      fillTickets(setup.folder, [makeTicket(10 + round)]);
      setup.time.pass(hour);
      const run = await until(id, ({ lastRun }) => lastRun?.at === startMs + round * hour);
      expect(run).toMatchObject({ nextAt: startMs + (round + 1) * hour, lastRun: { outcome: 'started' } });
      const operation = await ended(run);
      expect(countsOf(operation.tallies).done).toBe(round === 1 ? 6 : 1);
      expect(operation.options.maxErrors).toBe(7);
    }
    expect(await operations()).toHaveLength(3);
  });

  it('says so when there is nothing to do, and leaves no plan behind', async () => {
    await setup.app.ask('templates.save', {
      ...assign('Ada', { selection: theseTickets(1) }),
      id: saved.template.id,
    });
    const { id } = await schedule(saved.template, { cron: '0 * * * *', startAt: null });
    setup.time.pass(hour);
    await ended(await until(id, ({ lastRun }) => lastRun?.outcome === 'started'));
    setup.time.pass(hour);
    const run = await until(id, ({ lastRun }) => lastRun?.at === startMs + 2 * hour);
    expect(run.lastRun).toEqual({
      at: startMs + 2 * hour,
      outcome: 'nothing_to_do',
      operationId: null,
      message: '',
    });
    expect(await operations()).toHaveLength(1);
    expect(
      changeDatabase(setup.folder, (db) => db.prepare('SELECT count(*) FROM operations').pluck().get()),
    ).toBe(1);
  });

  it('says why a run was refused', async () => {
    await setup.app.ask('settings.update', {
      limits: [{ collection: 'tickets', action: 'assign', maxRecords: 4, rate: null }],
    });
    const { id } = await schedule(saved.template);
    setup.time.pass(hour);
    const { lastRun } = await until(id, (each) => each.lastRun !== null);
    expect(lastRun).toMatchObject({ outcome: 'refused', operationId: null });
    expect(lastRun?.message).toContain('5 records');
  });

  it('that is switched off or removed does not run', async () => {
    const off = await schedule(saved.template);
    expect(await schedule(saved.template, { id: off.id, isActive: false })).toMatchObject({
      nextAt: null,
    });
    const gone = await schedule(saved.template);
    await setup.app.ask('schedules.delete', { id: gone.id });
    // Due with them and made after them: when it is there, they would be.
    const other = await schedule(saved.template);
    setup.time.pass(hour);
    await until(other.id, ({ lastRun }) => lastRun !== null);
    expect(await operations()).toHaveLength(1);
    expect(await until(off.id, () => true)).toMatchObject({ lastRun: null, nextAt: null });
    await expect(setup.app.ask('schedules.delete', { id: gone.id })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('that is switched off or removed while its run is being planned starts nothing', async () => {
    const off = await schedule(saved.template);
    const planned = setup.app.event('operation.planning', () => true);
    setup.time.pass(hour);
    await planned;
    await schedule(saved.template, { id: off.id, isActive: false });
    const { lastRun } = await until(off.id, (each) => each.lastRun !== null);
    expect(lastRun).toMatchObject({ outcome: 'refused', message: expect.stringContaining('switched off') });
    const gone = await schedule(saved.template);
    const plannedAgain = setup.app.event('operation.planning', () => true);
    setup.time.pass(hour);
    await plannedAgain;
    await setup.app.ask('schedules.delete', { id: gone.id });
    // Made after it is through with the one that is gone.
    const other = await schedule(saved.template);
    setup.time.pass(hour);
    await until(other.id, ({ lastRun }) => lastRun !== null);
    expect(await operations()).toHaveLength(1);
  });
});
