import { describe, expect, it } from 'vitest';
import { readCron } from '../../../src-main/engine/schedule/cron.ts';

/** The next runs after a moment, as ISO times. */
function runs(pattern: string, zone: string, after: string, count = 3): string[] {
  const cron = readCron(pattern, zone);
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  for (;;) {
    at = cron.after(at);
    if (at === null || found.length === count) return found;
    found.push(new Date(at).toISOString());
  }
}

describe('a pattern', () => {
  it('is read in its time zone', () => {
    expect(runs('0 6 * * 1', 'Europe/Berlin', '2026-01-15T12:00:00Z', 2)).toEqual([
      '2026-01-19T05:00:00.000Z',
      '2026-01-26T05:00:00.000Z',
    ]);
    expect(runs('0 6 * * MON-FRI', 'Asia/Kolkata', '2026-01-16T12:00:00Z', 1)).toEqual([
      '2026-01-19T00:30:00.000Z',
    ]);
  });

  it('never gives the moment itself, nor the same one twice', () => {
    expect(runs('0 0 * * *', 'UTC', '2026-01-15T00:00:00Z', 1)).toEqual(['2026-01-16T00:00:00.000Z']);
    expect(runs('0 0 * * *', 'UTC', '2026-01-14T23:59:59.999Z', 1)).toEqual(['2026-01-15T00:00:00.000Z']);
  });

  it('whose time of day is left out in spring comes right after the gap, on that day', () => {
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('whose time of day comes twice in autumn comes once', () => {
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('of every half hour goes on through the hour that comes twice', () => {
    expect(runs('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:45:00Z', 4)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
  });

  it('that never comes has no next run', () => {
    expect(runs('0 0 30 2 *', 'UTC', '2026-01-15T00:00:00Z')).toEqual([]);
  });

  it.each([
    ['* * * * * *', 'a field for seconds'],
    ['0 0 * *', 'four fields'],
    ['', 'nothing'],
    ['@daily', 'a nickname'],
    ['2030-01-01T00:00:00', 'a date'],
    ['60 * * * *', 'a minute that there is not'],
    ['0 0 * * mo', 'half a name'],
    ['a b c d e', 'words'],
    ['*/0 * * * *', 'a step of nothing'],
  ])('"%s" is refused: %s', (pattern) => {
    const read = () => readCron(pattern, 'UTC');
    expect(read).toThrow(
      expect.objectContaining({ code: 'schedule_invalid', message: expect.stringContaining(pattern) }),
    );
    expect(read).toThrow(/[^.]\. Nothing was saved\.$/);
  });

  it.each(['', 'Mars/Base', '+02:00', 'Europe', 'local'])('in the zone "%s" is refused', (zone) => {
    expect(() => readCron('0 0 * * *', zone)).toThrow(expect.objectContaining({ code: 'schedule_invalid' }));
  });
});
