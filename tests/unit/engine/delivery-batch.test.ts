import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runBatch } from '../../../src-main/engine/delivery/batch-run.ts';
import type { Batch, Remote } from '../../../src-main/remotes/remote.ts';
import type { ClaimedBatch, HeldDelivery, Settlement } from '../../../src-main/store/store.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { createHttpRemote } from '../../fakes/http-remote.ts';

const itemTimeoutMs = 1_000;
const nowMs = 1_000_000;
const members: readonly HeldDelivery[] = [1, 2, 3, 4].map((seq) => ({
  operationId: 1,
  seq,
  remote: 'desk',
  state: 'sending',
  fence: 9,
  key: `1:${seq}:abc`,
  recordKey: String(seq),
  version: null,
  isAsPulled: false,
  change: { kind: 'fields', before: {}, after: { status: 'open' } },
  attempts: 1,
  crashes: 0,
  reads: 1,
  code: null,
  sentAt: nowMs,
  doubtAt: null,
}));
const keys = members.map(({ key }) => key);

let events: string[];
let settled: Settlement[];
let reports: unknown[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [events, settled, reports] = [[], [], []];
});
afterEach(() => {
  vi.useRealTimers();
});

/** What becomes of a batch, by seq, where the remote answers so. */
async function outcomes(
  answers: Partial<Pick<Remote, 'send' | 'readBack'>>,
  claimed: Partial<ClaimedBatch> = {},
  signal = new AbortController().signal,
): Promise<string[]> {
  const remote = { ...createHttpRemote('http://nowhere', { idempotency: 'none', settleMs: 0 }), ...answers };
  const context = {
    remote,
    possibleMs: () => nowMs,
    random: () => 1,
    signal,
    settle: (settlement: Settlement) => void settled.push(settlement),
    keep: async (batchId: number, cursor: string) => {
      events.push(`${cursor} of batch ${batchId} is being written`);
      await vi.advanceTimersByTimeAsync(1);
      events.push(`${cursor} is written`);
    },
    report: (error: unknown) => void reports.push(error),
  };
  await runBatch(context, {
    purpose: 'send',
    isAlone: false,
    operationId: 1,
    actor: 'tester',
    collection: 'tickets',
    options: RunOptions.parse({ itemTimeoutMs }),
    deliveries: members,
    batch: { batchId: 5, key: 'the batch', cursor: null, members },
    ...claimed,
  });
  return settled.toSorted((one, other) => one.seq - other.seq).map(({ seq, state }) => `${seq} ${state}`);
}

const confirmed = (key: string) => ({ key, kind: 'confirmed' }) as const;

describe('a batch that is sent', () => {
  it('may take the time for one answer anew after each of them and after each cursor; the rest has got none', async () => {
    let isBrokenOff = false;
    const send: Remote['send'] = async function* (_batch, signal) {
      signal.addEventListener('abort', () => {
        isBrokenOff = true;
      });
      for (const answer of [keys[0], keys[1], null, keys[2]]) {
        await vi.advanceTimersByTimeAsync(itemTimeoutMs - 100);
        yield answer ? confirmed(answer) : { kind: 'cursor', cursor: 'second' };
      }
      await vi.advanceTimersByTimeAsync(itemTimeoutMs);
    };
    expect(await outcomes({ send })).toEqual(['1 confirmed', '2 confirmed', '3 confirmed', '4 checking']);
    expect(isBrokenOff).toBe(true);
  });

  it('goes on after a cursor when that is on the disk', async () => {
    const send: Remote['send'] = async function* () {
      yield { kind: 'cursor', cursor: 'first' };
      events.push('goes on');
      yield* keys.map(confirmed);
    };
    await outcomes({ send });
    expect(events).toEqual(['first of batch 5 is being written', 'first is written', 'goes on']);
  });

  it('is over when all is answered; what else the remote says is passed over', async () => {
    let isOver = false;
    const send: Remote['send'] = async function* () {
      try {
        yield confirmed('another');
        for (const key of keys) {
          yield confirmed(key);
          yield { key: keys[0] ?? '', kind: 'refused', code: 'said before' };
        }
      } finally {
        isOver = true;
      }
    };
    expect(await outcomes({ send })).toEqual(['1 confirmed', '2 confirmed', '3 confirmed', '4 confirmed']);
    expect(isOver).toBe(true);
  });

  it('and breaks leaves the rest without an answer, and says so', async () => {
    const broken = new Error('broken');
    const send: Remote['send'] = async function* () {
      yield* keys.slice(0, 2).map(confirmed);
      throw broken;
    };
    expect(await outcomes({ send })).toEqual(['1 confirmed', '2 confirmed', '3 checking', '4 checking']);
    expect(reports).toEqual([broken]);
  });

  it('when the console cannot wait any longer is waited for no more', async () => {
    const send: Remote['send'] = async function* () {
      yield await new Promise<never>(() => undefined);
    };
    expect(await outcomes({ send }, {}, AbortSignal.abort())).toContain('1 checking');
  });

  it('again is told as it was made, from its cursor on, but for what is answered and what has to be asked about', async () => {
    const sent: Batch[] = [];
    const send: Remote['send'] = async function* (batch) {
      sent.push(batch);
      yield* batch.deliveries.map(({ key }) => confirmed(key));
    };
    const inDoubt = members.slice(1, 3).map((held) => ({ ...held, doubtAt: held.seq === 2 ? nowMs : null }));
    const batch = { batchId: 5, key: 'the batch', cursor: 'first', members };
    expect(await outcomes({ send }, { deliveries: inDoubt, batch })).toEqual(['2 checking', '3 confirmed']);
    expect(sent).toMatchObject([{ key: 'the batch', cursor: 'first' }]);
    expect(sent[0]?.members.map(({ key }) => key)).toEqual(keys);
    expect(sent[0]?.deliveries.map(({ key }) => key)).toEqual([keys[2]]);
  });
});

it('what a remote does not say when it is asked is asked again', async () => {
  const readBack: Remote['readBack'] = async function* () {
    yield* keys.slice(0, 3).map(confirmed);
  };
  const check = { purpose: 'check', batch: null } as const;
  expect(await outcomes({ readBack }, check)).toEqual([
    '1 confirmed',
    '2 confirmed',
    '3 confirmed',
    '4 checking',
  ]);
});
