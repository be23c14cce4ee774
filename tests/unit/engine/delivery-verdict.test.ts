import { describe, expect, it } from 'vitest';
import {
  afterCrash,
  afterReadBack,
  afterSending,
  type Circumstances,
  insteadOfSending,
  mayBeSent,
} from '../../../src-main/engine/delivery/verdict.ts';
import type { Capabilities, ItemOutcome, ReadBack } from '../../../src-main/remotes/remote.ts';
import type { HeldDelivery } from '../../../src-main/store/store.ts';

const nowMs = 1_000_000;
const windowMs = 60_000;

const held: HeldDelivery = {
  operationId: 1,
  seq: 7,
  remote: 'desk',
  state: 'sending',
  fence: 9,
  key: '1:7:abc',
  recordKey: '7',
  version: null,
  isAsPulled: false,
  change: { kind: 'fields', before: {}, after: { status: 'open' } },
  attempts: 1,
  crashes: 0,
  reads: 0,
  code: null,
  sentAt: nowMs - 10,
  doubtAt: null,
};
const comment = { kind: 'comment', body: 'Hello', isInternal: true } as const;

function given(
  idempotency: Capabilities['idempotency'] | null,
  more: Partial<Circumstances> = {},
): Circumstances {
  return {
    capabilities: idempotency && { idempotency, keyWindowMs: windowMs, settleMs: 500 },
    retry: { attempts: 3, baseMs: 100, maxMs: 1_000 },
    possibleMs: nowMs,
    random: () => 1,
    ...more,
  };
}

function said(kind: ItemOutcome['kind'], more: object = {}): ItemOutcome {
  return { key: held.key, kind, code: 'why', ...more } as ItemOutcome;
}

function answer(kind: ReadBack['kind'], more: object = {}): ReadBack {
  return { key: held.key, kind, ...more } as ReadBack;
}

const theirs = { key: '7', version: 9, isDeleted: false, fields: { status: 'closed' } };

describe('what may be sent that may have arrived before', () => {
  const inDoubt = { ...held, doubtAt: nowMs - 1_000 };

  it.each([
    ['what surely has not arrived, to anybody', held, 'none', true],
    ['nothing to a remote that knows neither keys nor repetition', inDoubt, 'none', false],
    ['nothing to a remote that the console does not know', inDoubt, null, false],
    ['set fields to a remote where that is harmless', inDoubt, 'natural', true],
    ['no comment there', { ...inDoubt, change: comment }, 'natural', false],
    ['everything within the life of a key', { ...inDoubt, change: comment }, 'keys', true],
    ['nothing after it', { ...inDoubt, doubtAt: nowMs - windowMs }, 'keys', false],
    [
      'nothing when the clock was set back and nobody knows',
      { ...inDoubt, doubtAt: nowMs + 1 },
      'keys',
      false,
    ],
  ] as const)('%s', (_what, delivery, idempotency, expected) => {
    expect(mayBeSent(delivery, given(idempotency))).toBe(expected);
  });

  it.each([
    ['nothing that another user told it', nowMs - 1_000, false],
    ['what this one told it since', nowMs - 1_001, true],
  ])('to a remote that knows keys %s', (_what, keysSinceAt, expected) => {
    const capabilities = { idempotency: 'keys', keyWindowMs: windowMs, settleMs: 500, keysSinceAt } as const;
    expect(mayBeSent(inDoubt, given('keys', { capabilities }))).toBe(expected);
  });

  it('otherwise the remote is asked', () => {
    expect(insteadOfSending({ ...inDoubt, attempts: 2, reads: 2 }, given('none'))).toMatchObject({
      state: 'checking',
      reads: 0,
      doubtAt: inDoubt.doubtAt,
      retryMs: 500,
    });
  });
});

describe('after sending', () => {
  it('what the remote says stands', () => {
    expect(afterSending(held, said('confirmed'), given('none'))).toMatchObject({
      state: 'confirmed',
      code: null,
    });
    expect(afterSending(held, said('refused'), given('none'))).toMatchObject({
      state: 'refused',
      code: 'why',
    });
    expect(afterSending(held, said('conflict'), given('none'))).toMatchObject({
      state: 'conflict',
      code: null,
    });
    expect(afterSending(held, said('confirmed', { version: 4 }), given('none')).version).toBe(4);
    expect(afterSending(held, said('conflict', { theirs }), given('none')).theirs).toEqual(theirs);
  });

  it('a no to a repetition may mean that the first time was a yes, unless the remote knows the key', () => {
    const again = { ...held, attempts: 2, doubtAt: nowMs - 50 };
    for (const kind of ['refused', 'conflict'] as const) {
      expect(afterSending(again, said(kind), given('natural')).state).toBe('checking');
      expect(afterSending(again, said(kind), given('keys')).state).toBe(kind);
    }
    const turnedAway = said('refused', { isTurnedAway: true });
    expect(afterSending(again, turnedAway, given('keys'))).toMatchObject({ state: 'checking', code: 'why' });
    expect(afterSending(held, turnedAway, given('keys'))).toMatchObject({ state: 'refused', code: 'why' });
  });

  it('a comment whose record moved on is told again in another request, and not for ever', () => {
    const told = { ...held, change: comment };
    expect(afterSending(told, said('conflict'), given('none'))).toMatchObject({
      state: 'waiting',
      doubtAt: null,
    });
    const again = { ...told, attempts: 2, doubtAt: nowMs - 50 };
    expect(afterSending(again, said('conflict'), given('natural')).state).toBe('checking');
    expect(afterSending(again, said('conflict'), given('keys'))).toMatchObject({
      state: 'waiting',
      doubtAt: null,
    });
    const last = afterSending({ ...told, attempts: 3 }, said('conflict'), given('none'));
    expect(last).toMatchObject({ state: 'refused', code: 'changed_since' });
  });

  it('"later" waits longer each time, at least as long as the remote says, and not for ever', () => {
    expect(afterSending(held, said('retry'), given('none'))).toMatchObject({
      state: 'waiting',
      retryMs: 100,
    });
    const second = { ...held, attempts: 2 };
    expect(afterSending(second, said('retry'), given('none'))).toMatchObject({ retryMs: 200 });
    const named = said('retry', { retryAfterMs: 9_000 });
    expect(afterSending(second, named, given('none'))).toMatchObject({ retryMs: 9_000 });
    const third = { ...held, attempts: 3 };
    expect(afterSending(third, said('retry'), given('none'))).toMatchObject({
      state: 'refused',
      code: 'why',
    });
    expect(afterSending({ ...third, doubtAt: 1 }, said('retry'), given('keys')).state).toBe('checking');
    expect(afterSending({ ...third, crashes: 1 }, said('retry'), given('none'))).toMatchObject({
      state: 'waiting',
      retryMs: 200,
    });
  });

  it('what was held back at the gate was no try', () => {
    expect(afterSending({ ...held, attempts: 3 }, said('held'), given('none'))).toMatchObject({
      state: 'waiting',
      attempts: 2,
      doubtAt: null,
    });
  });

  it('no answer: sent again where that does no harm, else the remote is asked; doubt begins with the first time', () => {
    expect(afterSending(held, said('unknown'), given('keys'))).toMatchObject({
      state: 'waiting',
      code: 'no_answer',
      doubtAt: held.sentAt,
      retryMs: 100,
    });
    const earlier = { ...held, doubtAt: nowMs - 5_000 };
    expect(afterSending(earlier, said('unknown'), given('keys')).doubtAt).toBe(nowMs - 5_000);
    expect(afterSending(held, said('unknown'), given('none'))).toMatchObject({
      state: 'checking',
      retryMs: 500,
    });
    expect(afterSending({ ...held, attempts: 3 }, said('unknown'), given('keys')).state).toBe('checking');
  });
});

describe('after asking', () => {
  const asked: HeldDelivery = {
    ...held,
    state: 'checking',
    reads: 1,
    code: 'no_answer',
    doubtAt: nowMs - 900,
  };

  it('what is there counts, what is not is sent again until it was tried enough', () => {
    expect(afterReadBack(asked, answer('confirmed'), given('none')).state).toBe('confirmed');
    expect(afterReadBack(asked, answer('absent'), given('none'))).toMatchObject({
      state: 'waiting',
      doubtAt: null,
      retryMs: null,
    });
    expect(afterReadBack({ ...asked, attempts: 3 }, answer('absent'), given('none'))).toMatchObject({
      state: 'refused',
      code: 'no_answer',
    });
  });

  it.each([
    ['a comment is not told again', comment, 1, 'unknown'],
    ['nor are fields told as refused', held.change, 3, 'unknown'],
    ['fields are told again: their version keeps them from being set twice', held.change, 1, 'waiting'],
  ] as const)(
    'what may wait there under a key that is not known any more: %s',
    (_what, change, attempts, state) => {
      const old = { ...asked, change, attempts, doubtAt: nowMs - windowMs };
      expect(afterReadBack(old, answer('absent'), given('keys')).state).toBe(state);
      expect(afterReadBack(old, answer('absent'), given('none')).state).toBe(
        attempts === 3 ? 'refused' : 'waiting',
      );
    },
  );

  it('a record that moved on is a conflict, with what stands there', () => {
    expect(afterReadBack(asked, answer('conflict', { theirs }), given('none'))).toMatchObject({
      state: 'conflict',
      theirs,
    });
  });

  it('what nobody can tell stays unknown; no answer is asked for again, not for ever', () => {
    expect(afterReadBack(asked, answer('unclear'), given('none')).state).toBe('unknown');
    expect(afterReadBack(asked, null, given('none'))).toMatchObject({ state: 'checking', retryMs: 100 });
    expect(afterReadBack({ ...asked, reads: 3 }, null, given('none')).state).toBe('unknown');
    const held = afterReadBack({ ...asked, reads: 3 }, answer('held'), given('none'));
    expect(held).toMatchObject({ state: 'checking', reads: 2 });
  });
});

describe('after a crash', () => {
  it('what was being sent is sent again where that does no harm, else the remote is asked', () => {
    expect(afterCrash(held, given('keys'))).toMatchObject({
      state: 'waiting',
      crashes: 1,
      doubtAt: held.sentAt,
      retryMs: null,
    });
    expect(afterCrash({ ...held, crashes: 1 }, given('keys'))).toMatchObject({
      state: 'checking',
      crashes: 2,
    });
    expect(afterCrash(held, given('none'))).toMatchObject({ state: 'checking', crashes: 1, retryMs: 500 });
    expect(afterCrash(held, given(null))).toMatchObject({ state: 'checking', retryMs: null });
    const old = { ...held, sentAt: nowMs - windowMs };
    expect(afterCrash(old, given('keys')).state).toBe('checking');
  });

  it('the third one sets it aside: the remote says whether it is there, and it is never sent again', () => {
    const third = afterCrash({ ...held, crashes: 2 }, given('keys'));
    expect(third).toMatchObject({ state: 'checking', crashes: 3, code: 'quarantined' });
    const asked = { ...held, ...third, state: 'checking', reads: 1 } as const;
    expect(afterReadBack(asked, answer('absent'), given('keys'))).toMatchObject({
      state: 'refused',
      code: 'quarantined',
    });
    expect(afterReadBack(asked, answer('confirmed'), given('keys'))).toMatchObject({
      state: 'confirmed',
      code: null,
    });
    // The console ended again, over the question.
    expect(afterCrash(asked, given('keys'))).toMatchObject({ state: 'unknown', code: 'quarantined' });
  });

  it('what was being asked about is asked about again', () => {
    const asked: HeldDelivery = { ...held, state: 'checking', reads: 1, crashes: 1 };
    expect(afterCrash(asked, given('none'))).toMatchObject({ state: 'checking', crashes: 1, retryMs: null });
  });
});
