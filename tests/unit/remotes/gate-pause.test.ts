import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../../src-main/remotes/retry-after.ts';
import { failure, hourMs, makeHost, startMs } from './gated-host.ts';

describe('Retry-After', () => {
  const date = 'Sun, 01 Mar 2026 12:00:00 GMT';

  it.each([
    ['7', 7_000],
    [' 0 ', 0],
    ['1.5', 1_500],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['0.3125', 313],
    ['99999999', 365 * 86_400_000],
    ['9'.repeat(400), 365 * 86_400_000],
    ['Sun, 01 Mar 9999 12:00:00 GMT', 365 * 86_400_000],
    ['soon', null],
    ['', null],
    ['-5', null],
  ])('%s is %s', (header, ms) => {
    const read = readRetryAfter(header, date, startMs + 3_600_000);
    // A negative number reads as a year to some; it names no time in any case.
    if (ms === null) expect(read === null || read === 0).toBe(true);
    else expect(read).toBe(ms);
  });

  it('is measured by the clock of the host, and by ours only where it does not tell', () => {
    const later = 'Sun, 01 Mar 2026 12:00:30 GMT';
    for (const offMs of [-3_600_000, 3_600_000])
      expect(readRetryAfter(later, date, startMs + offMs)).toBe(30_000);
    expect(readRetryAfter(later, undefined, startMs)).toBe(30_000);
  });
});

describe('a pause that a host asks for', () => {
  it.each([429, 503])('with %s shuts the gate for that long, whatever the clock does', (status) => {
    const { gate, time } = makeHost();
    gate.note(failure(status, 30_000));
    expect(gate.shut()).toMatchObject({ reason: 'rate_limited', untilAt: startMs + 30_000 });
    time.jump(3_600_000);
    time.pass(29_999);
    gate.note(null);
    expect(gate.shut()).not.toBeNull();
    time.jump(-7_200_000);
    time.pass(2_000);
    expect(gate.shut()).toBeNull();
  });

  it('becomes longer with a longer one, never shorter', () => {
    const { gate, time } = makeHost();
    gate.note(failure(429, 30_000));
    gate.note(failure(429, 5_000));
    gate.note(failure(429, 60_000));
    time.pass(59_000);
    expect(gate.shut()).not.toBeNull();
    time.pass(1_100);
    expect(gate.shut()).toBeNull();
  });

  it.each([
    ['forward', hourMs],
    ['back', -hourMs],
  ])('becomes longer and never shorter also when the clock is set an hour %s meanwhile', (_way, jumpMs) => {
    const { gate, time } = makeHost();
    gate.note(failure(429, 30_000));
    time.jump(jumpMs);
    gate.note(failure(429, 5_000));
    time.pass(29_999);
    expect(gate.shut()).not.toBeNull();
    gate.note(failure(429, 120_000));
    time.jump(-jumpMs);
    gate.note(failure(429, 60_000));
    time.jump(-jumpMs);
    time.pass(119_999);
    expect(gate.shut()).not.toBeNull();
    time.pass(100);
    expect(gate.shut()).toBeNull();
  });

  it.each([null, 0])('without a time (%s) is a guess that grows; an answer begins anew', (retryAfterMs) => {
    const { gate, time } = makeHost();
    const waited: number[] = [];
    for (const _time of [1, 2, 3]) {
      gate.note(failure(429, retryAfterMs));
      waited.push((gate.shut()?.untilAt ?? 0) - time.now());
      time.pass(100_000);
    }
    expect(waited).toEqual([2_000, 4_000, 8_000]);
    gate.note(null);
    gate.note(failure(429, retryAfterMs));
    expect(gate.shut()?.untilAt).toBe(time.now() + 2_000);
  });

  it('for days is kept to, and says that the user may have it otherwise', () => {
    const { gate, time } = makeHost();
    gate.note(failure(429, 40 * 86_400_000));
    expect(gate.shut()?.message).toContain('more than an hour');
    time.pass(30 * 86_400_000);
    expect(gate.shut()).not.toBeNull();
    gate.open();
    expect(gate.shut()).toBeNull();
  });

  it('survives a restart, begins anew there, and is forgotten when it is over', () => {
    const before = makeHost();
    before.gate.note(failure(429, 30_000));
    const [paused] = before.kept;
    expect(paused).toEqual({ untilAt: startMs + 30_000, waitMs: 30_000 });
    const after = makeHost({ paused: paused ?? null });
    expect(after.gate.shut()).toMatchObject({ reason: 'rate_limited' });
    after.time.pass(29_999);
    expect(after.gate.shut()).not.toBeNull();
    after.time.pass(1_000);
    expect(after.gate.shut()).toBeNull();
    expect(after.kept.at(-1)).toBeNull();
    const nextDay = makeHost({ paused: { untilAt: startMs - 2 * hourMs, waitMs: 30_000 } });
    expect(nextDay.gate.shut()).toBeNull();
    expect(nextDay.kept).toEqual([null]);
  });

  it.each([
    ['right', 0],
    ['an hour slow, then an hour fast', 2 * hourMs],
    ['an hour fast, then an hour slow', -2 * hourMs],
  ])('never ends early after a restart at once, with a clock that is %s', (_clock, aheadMs) => {
    const waitMs = 30_000;
    const { gate, time } = makeHost({ paused: { untilAt: startMs + waitMs - aheadMs, waitMs } });
    // A timer may ring a little early.
    time.pass(waitMs);
    expect(gate.shut()).not.toBeNull();
    time.pass(100);
    expect(gate.shut()).toBeNull();
  });

  it('for days does not begin anew with every console', () => {
    const dayMs = 24 * hourMs;
    const { gate, time, kept } = makeHost({ paused: { untilAt: startMs + dayMs, waitMs: 40 * dayMs } });
    expect(kept).toEqual([]);
    time.pass(dayMs);
    expect(gate.shut()).not.toBeNull();
    time.pass(2 * hourMs + 100);
    expect(gate.shut()).toBeNull();
  });

  it('is a matter of one host', () => {
    const [one, other] = [makeHost(), makeHost()];
    one.gate.note(failure(429, 30_000));
    expect(other.gate.shut()).toBeNull();
  });
});
