import { describe, expect, it } from 'vitest';
import {
  newRepeat,
  type RepeatDraft,
  repeatOf,
  repeatWords,
  scheduleTimes,
  timeZones,
} from '../../../src-renderer/screens/schedules/repeat.ts';

const zone = 'Europe/Berlin';
const draft = (change: Partial<RepeatDraft>): RepeatDraft => ({ ...newRepeat(zone), ...change });

describe('when a schedule runs', () => {
  it.each([
    [{ kind: 'day', time: '06:05' }, '5 6 * * *', 'Every day at 06:05'],
    [{ kind: 'weekday', time: '18:30' }, '30 18 * * 1-5', 'Every weekday at 18:30'],
    [{ kind: 'week', weekday: '0', time: '00:00' }, '0 0 * * 0', 'Every Sunday at 00:00'],
    [{ kind: 'month', monthDay: '28', time: '23:59' }, '59 23 28 * *', 'On day 28 of every month at 23:59'],
  ] as const)('%j is a pattern, and the pattern is read back as it', (change, cron, words) => {
    expect(scheduleTimes(draft(change))).toEqual({ cron, startAt: null });
    const read = repeatOf({ cron, startAt: null, timeZone: zone });
    expect(read).toMatchObject(change);
    expect(repeatWords(read, zone)).toBe(words);
  });

  it.each(['*/5 * * * *', '0 6 31 * *', '0 6 1 1 *', '0 6 * * 1,3', '0 6 1 * 1'])(
    '%s is a pattern of its own and stays as it is',
    (cron) => {
      const read = repeatOf({ cron, startAt: null, timeZone: zone });
      expect(read.kind).toBe('pattern');
      expect(scheduleTimes(read)).toEqual({ cron, startAt: null });
    },
  );

  it('once is a moment on the clock of this computer, to the minute', () => {
    const startAt = new Date(2027, 2, 4, 7, 30).getTime();
    const read = repeatOf({ cron: null, startAt, timeZone: zone });
    expect(read).toMatchObject({ kind: 'once', moment: '2027-03-04T07:30' });
    expect(scheduleTimes(read)).toEqual({ cron: null, startAt });
  });

  it('is nothing while it is not filled in', () => {
    expect(scheduleTimes(draft({ kind: 'once', moment: '' }))).toBeNull();
    expect(scheduleTimes(draft({ kind: 'day', time: '' }))).toBeNull();
    expect(scheduleTimes(draft({ kind: 'pattern', pattern: '  ' }))).toBeNull();
  });

  it('has all time zones to choose from, and the one that was chosen before they had other names', () => {
    expect(timeZones('Europe/Kiev')).toEqual(expect.arrayContaining(['Asia/Tokyo', 'Europe/Kiev', 'UTC']));
    expect(timeZones('UTC').filter((zone) => zone === 'UTC')).toHaveLength(1);
  });

  it('names the time zone where it is another than here', () => {
    expect(repeatWords(draft({ kind: 'day' }), 'Asia/Tokyo')).toBe('Every day at 06:00 (Europe/Berlin)');
  });
});
