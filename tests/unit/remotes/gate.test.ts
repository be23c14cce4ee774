import { describe, expect, it } from 'vitest';
import { failureWords } from '../../../src-main/remotes/gate.ts';
import { failure, makeHost, turn } from './gated-host.ts';

describe('what is said of a request that failed', () => {
  it.each([
    ['connection_refused', 'Nobody listens at its address. It is tried again by itself.'],
    ['reset_after_sending', 'It does not answer. It is tried again by itself.'],
    [500, 'It answers with an error (500). It is tried again by itself.'],
  ] as const)('%s', (wrong, words) => {
    expect(failureWords(failure(wrong))).toBe(words);
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
    // What failed before is forgotten.
    for (const _time of [1, 2]) host.gate.note(failure('connection_refused'));
    expect(host.gate.shut()).toBeNull();
    host.gate.note(failure('connection_refused'));
    expect(waits().at(-1)).toBe(500);
    host.gate.close();
    host.time.pass(60_000);
    expect(host.probes).toBe(probes);
  });

  it.each([
    [401, 'signed_out'],
    [429, 'rate_limited'],
  ] as const)('and answers a probe with %s is %s', async (answer, reason) => {
    const host = makeHost();
    for (const _time of [1, 2, 3]) host.gate.note(failure('connection_refused'));
    host.answer = answer;
    host.time.pass(500);
    await turn();
    expect(host.gate.shut()).toMatchObject({ reason });
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
    const told: string[] = [];
    gate.onChange(() => told.push(gate.shut()?.reason ?? 'open'));
    gate.setOffline(true);
    gate.note(null);
    gate.open();
    expect(gate.shut()).toMatchObject({ reason: 'offline' });
    gate.setOffline(false);
    expect(told).toEqual(['offline', 'offline', 'open']);
  });

  it('has a host that does not answer looked at no more, and what is on its way to it stopped', async () => {
    const signals: AbortSignal[] = [];
    const { promise: probed } = Promise.withResolvers<void>();
    const { gate, time } = makeHost({
      probe: (signal) => {
        signals.push(signal);
        return probed;
      },
    });
    for (const _time of [1, 2, 3]) gate.note(failure('connection_refused'));
    time.pass(500);
    gate.setOffline(true);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    // What had been asked before fails as well.
    for (const _time of [1, 2, 3]) gate.note(failure('connection_refused'));
    time.pass(60_000);
    await turn();
    expect(signals).toHaveLength(1);
    gate.setOffline(false);
    expect(gate.shut()).toBeNull();
  });

  it.each(['offline', 'closed'])('(%s) has none looked at that fails from then on', async (how) => {
    const host = makeHost();
    for (const _time of [1, 2]) host.gate.note(failure('connection_refused'));
    if (how === 'closed') host.gate.close();
    else host.gate.setOffline(true);
    host.gate.note(failure('connection_refused'));
    host.time.pass(60_000);
    await turn();
    expect([host.probes, host.time.waits]).toEqual([0, []]);
    expect(host.gate.shut()).not.toBeNull();
  });
});
