import { afterEach, describe, expect, it } from 'vitest';
import {
  createGate,
  failureWords,
  type GateOptions,
  type HostGate,
  type Pause,
} from '../../../src-main/remotes/gate.ts';
import { HttpFailure, type Wrong } from '../../../src-main/remotes/http-failure.ts';
import { readRetryAfter } from '../../../src-main/remotes/retry-after.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');
const hourMs = 3_600_000;
let gates: HostGate[] = [];
afterEach(() => {
  for (const gate of gates) gate.close();
  gates = [];
});

interface Host {
  readonly gate: HostGate;
  readonly time: TestTime;
  readonly kept: (Pause | null)[];
  probes: number;
  /** What the host does with a probe. */
  answer: Wrong | null;
}

function makeHost(more: Partial<GateOptions> = {}): Host {
  const time = createTestTime(startMs);
  const kept: (Pause | null)[] = [];
  const host: Host = { time, kept, probes: 0, answer: null, gate: undefined as never };
  const gate = createGate({
    clock: time,
    countMs: time.countMs,
    timer: time,
    random: () => 1,
    probe: () => {
      host.probes += 1;
      return host.answer === null ? Promise.resolve() : Promise.reject(failure(host.answer));
    },
    onPause: (pause) => kept.push(pause),
    ...more,
  });
  gates.push(gate);
  return Object.assign(host, { gate });
}

function failure(wrong: Wrong, retryAfterMs: number | null = null): HttpFailure {
  return new HttpFailure(wrong, 'It failed.', { retryAfterMs });
}

/** Lets what was promised come about. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what is said of a request that failed', () => {
  it.each([
    ['connection_refused', 'Nobody listens at its address. It is tried again by itself.'],
    ['reset_after_sending', 'It does not answer. It is tried again by itself.'],
    [500, 'It answers with an error (500). It is tried again by itself.'],
  ] as const)('%s', (wrong, words) => {
    expect(failureWords(failure(wrong))).toBe(words);
  });
});

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
    // A negative number reads as a year to some; it is no time to wait in any case.
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

  it('without a time is a guess that grows; an answer begins anew', () => {
    const { gate, time } = makeHost();
    const waited: number[] = [];
    for (const _time of [1, 2, 3]) {
      gate.note(failure(429));
      waited.push((gate.shut()?.untilAt ?? 0) - time.now());
      time.pass(100_000);
    }
    expect(waited).toEqual([2_000, 4_000, 8_000]);
    gate.note(null);
    gate.note(failure(429));
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
    time.pass(waitMs - 1);
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

describe('a host that fails', () => {
  it.each([
    [500, 10],
    [502, 10],
    ['headers_timeout', 10],
    ['reset_after_sending', 10],
    ['connection_refused', 3],
    ['name_not_found', 3],
  ] as const)('with %s is left alone after %s in a row', (wrong, times) => {
    const { gate } = makeHost();
    for (let at = 1; at < times; at += 1) gate.note(failure(wrong));
    expect(gate.shut()).toBeNull();
    gate.note(failure(wrong));
    expect(gate.shut()).toMatchObject({ reason: 'unreachable' });
  });

  it('says what is known of why', () => {
    for (const [wrong, words] of [
      ['certificate', 'certificate'],
      ['connection_refused', 'Nobody listens'],
    ] as const) {
      const { gate } = makeHost();
      for (const _time of [1, 2, 3]) gate.note(failure(wrong));
      expect(gate.shut()?.message).toContain(words);
    }
  });

  it('in between is not, nor one that says no', () => {
    const { gate } = makeHost();
    for (let at = 0; at < 100; at += 1) {
      gate.note(failure(500));
      for (const wrong of [400, 404, 409, 412, 422, 'stopped', 'gate_shut'] as const)
        gate.note(failure(wrong));
    }
    expect(gate.shut()).toBeNull();
  });

  it('is looked at by one probe at a time, at growing distances, until it answers', async () => {
    const host = makeHost();
    host.answer = 'connection_refused';
    for (const _time of [1, 2, 3]) host.gate.note(failure('connection_refused'));
    const waits = () => host.time.waits.slice();
    for (let at = 0; at < 12; at += 1) {
      host.time.pass(5_000);
      await turn();
    }
    expect(host.probes).toBeLessThanOrEqual(13);
    expect(waits().slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    host.answer = null;
    host.time.pass(5_000);
    await turn();
    expect(host.gate.shut()).toBeNull();
    const { probes } = host;
    host.time.pass(60_000);
    expect(host.probes).toBe(probes);
  });

  it('and is back with an answer to somebody who asked before; a probe from before counts for nothing', async () => {
    const probed = Promise.withResolvers<void>();
    const host = makeHost({ probe: () => probed.promise });
    for (const _time of [1, 2, 3]) host.gate.note(failure('connection_refused'));
    host.time.pass(500);
    host.gate.note(null);
    expect(host.gate.shut()).toBeNull();
    host.gate.note(failure(429, 30_000));
    probed.resolve();
    await turn();
    expect(host.gate.shut()).toMatchObject({ reason: 'rate_limited' });
  });
});

describe('a key that is not taken', () => {
  it('shuts the gate until the user has signed in', () => {
    const { gate, time } = makeHost();
    let changes = 0;
    gate.onChange(() => {
      changes += 1;
    });
    for (const wrong of [401, 401, 'login_page', 429, 500] as const) gate.note(failure(wrong));
    gate.note(null);
    time.pass(3_600_000);
    expect(gate.shut()).toMatchObject({ reason: 'signed_out', untilAt: null });
    expect(changes).toBe(1);
    gate.open();
    expect(gate.shut()).toBeNull();
  });
});

describe('a user who works offline', () => {
  it('has it so until they say otherwise', () => {
    const { gate } = makeHost();
    gate.setOffline(true);
    gate.note(null);
    gate.open();
    expect(gate.shut()).toMatchObject({ reason: 'offline' });
    gate.setOffline(false);
    expect(gate.shut()).toBeNull();
  });
});
