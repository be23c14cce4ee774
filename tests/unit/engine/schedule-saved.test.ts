import { describe, expect, it } from 'vitest';
import { useSchedules } from './schedule-setup.ts';
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
