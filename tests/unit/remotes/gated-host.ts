import { afterEach } from 'vitest';
import { createGate, type GateOptions, type HostGate, type Pause } from '../../../src-main/remotes/gate.ts';
import { HttpFailure, type Wrong } from '../../../src-main/remotes/http-failure.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';

export const startMs = Date.parse('2026-03-01T12:00:00Z');
export const hourMs = 3_600_000;

let gates: HostGate[] = [];
afterEach(() => {
  for (const gate of gates) gate.close();
  gates = [];
});

/** A gate, what it keeps of pauses, and the host that it probes. */
export interface Host {
  readonly gate: HostGate;
  readonly time: TestTime;
  readonly kept: (Pause | null)[];
  probes: number;
  /** What the host does with a probe. */
  answer: Wrong | null;
}

/** A host whose gate is closed when the test ends. */
export function makeHost(more: Partial<GateOptions> = {}): Host {
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

export function failure(wrong: Wrong, retryAfterMs: number | null = null): HttpFailure {
  return new HttpFailure(wrong, 'It failed.', { retryAfterMs });
}

/** Lets what was promised come about. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));
