import { describe, expect, it } from 'vitest';
import { assign, useSchedules } from './schedule-setup.ts';
import { hour, startMs } from './timed-console.ts';

const saved = useSchedules();
const { setup, schedule } = saved;

describe('a schedule', () => {
  it('is listed by its next run', async () => {
    const late = await schedule(saved.template, { startAt: startMs + 2 * hour });
    const off = await schedule(saved.template, { isActive: false });
    const soon = await schedule(saved.template);
    const { schedules } = await setup.app.ask('schedules.list', {});
    expect(schedules.map(({ id }) => id)).toEqual([soon.id, late.id, off.id]);
    expect(schedules[0]).toMatchObject({ templateName: 'Assign to Ada', createdBy: 'tester' });
  });

  it('and its template are of whoever saves them, and its runs are in that name', async () => {
    const { app, time } = setup;
    const ada = { client: 'w', actor: 'ada', role: 'admin' } as const;
    const hers = await app.ask('templates.save', assign('Bo'), ada);
    const when = { cron: null, startAt: startMs + hour, timeZone: 'UTC', isActive: true };
    const { id, createdBy } = await app.ask('schedules.save', { templateId: hers.id, ...when }, ada);
    expect([hers.createdBy, createdBy]).toEqual(['ada', 'ada']);
    // It stays hers, whoever changes it.
    await schedule(hers, { id, ...when });
    time.pass(hour);
    const run = await saved.until(id, ({ lastRun }) => lastRun !== null);
    const { id: operation, actor } = await saved.ended(run);
    expect(actor).toBe('ada');
    // Nobody was there when it was started.
    const { entries } = await app.ask('operations.journal', { id: operation });
    expect(entries[0]?.event).toBe('started');
    expect(entries[0]?.detail).not.toHaveProperty('actor');
    expect((await app.ask('templates.save', { ...assign('Cy'), id: hers.id })).createdBy).toBe('ada');
  });

  it.each([
    ['given another pattern', { cron: '0 7 * * *', startAt: null }],
    ['switched off', { cron: '0 * * * *', startAt: null, isActive: false }],
  ])('that is %s right after the computer slept tells what was missed all the same', async (_, changed) => {
    const hourly = await schedule(saved.template, { cron: '0 * * * *', startAt: null });
    // Nothing has looked at the clock since.
    setup.time.jump(3 * hour + 1);
    const { missed, lastRun } = await schedule(saved.template, { id: hourly.id, ...changed });
    expect(missed + (lastRun?.outcome === 'started' ? 1 : 0)).toBe(3);
  });

  it('counts missed runs anew when it is saved, but for those that come to light by that', async () => {
    const hourly = await schedule(saved.template, { cron: '0 * * * *', startAt: null });
    const again = { id: hourly.id, cron: '0 * * * *', startAt: null };
    setup.time.jump(3.5 * hour);
    expect((await schedule(saved.template, again)).missed).toBe(3);
    setup.time.jump(2 * hour);
    expect((await schedule(saved.template, again)).missed).toBe(2);
    expect((await schedule(saved.template, again)).missed).toBe(0);
    const { schedules } = await setup.app.ask('schedules.list', {});
    expect(schedules[0]).toMatchObject({ missed: 0, lastRun: { outcome: 'missed' } });
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
      await expect(schedule(saved.template, when), JSON.stringify(when)).rejects.toMatchObject({
        code: 'schedule_invalid',
      });
    await expect(schedule({ ...saved.template, id: 99 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(schedule(saved.template, { id: 99 })).rejects.toMatchObject({ code: 'not_found' });
    expect(await setup.app.ask('schedules.list', {})).toEqual({ schedules: [] });
  });

  it('shows its next five runs while it is made', async () => {
    const preview = { cron: '30 14 * * *', timeZone: 'Europe/Berlin' };
    const { nextAt } = await setup.app.ask('schedules.preview', preview);
    expect(nextAt.map((at) => (at - startMs) / hour)).toEqual([1.5, 25.5, 49.5, 73.5, 97.5]);
  });
});
