import { describe, expect, test } from 'vitest';
import {
  deliveryLook,
  deliveryReason,
  deliveryTotal,
  notConfirmedWords,
} from '../../../src-renderer/format/deliveries.ts';
import { holdUpOf } from '../../../src-renderer/format/hold-up.ts';
import { awayWords, callsOf, matterOf } from '../../../src-renderer/format/remotes.ts';
import {
  conflictValue,
  settleAllWords,
  settledWords,
} from '../../../src-renderer/screens/conflicts/conflict-words.ts';
import { errorsOf } from '../../../src-renderer/screens/remotes/form-errors.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import { deliveryOpen } from '../../../src-shared/domain/delivery.ts';
import { countsOfBoth } from '../../../src-shared/domain/operation.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';
import { fakeRemote } from '../../fakes/fake-remotes.ts';

describe('remotes that are away', () => {
  test('are said with what waits for them, wherever one is', () => {
    expect(awayWords([])).toBeNull();
    expect(awayWords([fakeRemote({ waiting: 3 }), fakeRemote({ state: 'pulling' })])).toBeNull();
    expect(awayWords([fakeRemote({ state: 'offline', waiting: 5_000 })])).toBe('Offline: 5,000 changes wait');
    expect(awayWords([fakeRemote({ state: 'signed_out', waiting: 1 })])).toBe('Signed out: 1 change waits');
    expect(awayWords([fakeRemote({ state: 'unreachable' })])).toBe('No answer');
    const two = [fakeRemote({ state: 'offline', waiting: 2 }), fakeRemote({ state: 'waiting', waiting: 3 })];
    expect(awayWords(two)).toBe('2 remotes away: 5 changes wait');
  });

  test('say themselves what is the matter, where they can', () => {
    expect(matterOf(fakeRemote())).toBeNull();
    expect(matterOf(fakeRemote({ state: 'offline' }))).toMatch(/^You took it offline\./);
    expect(matterOf(fakeRemote({ state: 'unreachable', message: 'The name is not known.' }))).toBe(
      'The name is not known.',
    );
  });
});

test('conflicts of all remotes, and trouble that only somebody can end, call for attention', () => {
  const remotes = [fakeRemote({ conflicts: 2 }), fakeRemote({ conflicts: 5, state: 'offline' })];
  expect(callsOf(remotes)).toEqual({ conflicts: 7, isTroubled: false });
  expect(callsOf([fakeRemote({ state: 'signed_out' })])).toEqual({ conflicts: 0, isTroubled: true });
});

describe('what remotes were told', () => {
  const delivery = deliveryCounts({
    waiting: 3,
    sending: 2,
    confirmed: 10,
    refused: 4,
    conflict: 1,
    unknown: 1,
  });

  test('is counted up, and what is not confirmed is named', () => {
    expect([deliveryTotal(delivery), deliveryOpen(delivery)]).toEqual([21, 5]);
    expect(notConfirmedWords(delivery, 1)).toBe(
      '3 to be sent · 2 being sent · 4 refused · 1 in conflict · 1 unknown',
    );
    expect(notConfirmedWords(deliveryCounts({ conflict: 2 }), 0)).toBe('2 conflicts decided');
    expect(notConfirmedWords(deliveryCounts({ conflict: 5 }), 2)).toBe('2 in conflict · 3 conflicts decided');
    expect(notConfirmedWords(deliveryCounts({ confirmed: 9 }), 0)).toBe('');
  });

  test('is explained, in the words of the console if it knows the reason', () => {
    expect(deliveryLook({ state: 'conflict', code: 'version_conflict' }).word).toBe('Conflict');
    expect(deliveryLook({ state: 'conflict', code: 'kept_mine' }).word).toBe('Yours kept');
    // A remote may say what it likes of what it refused.
    expect(deliveryLook({ state: 'refused', code: 'decided' }).word).toBe('Refused');
    expect(deliveryReason('forbidden')).toBe('You may not do this there');
    expect(deliveryReason('changed_since')).toBe('Changed in the meantime');
    expect(deliveryReason('INVOICE_OPEN')).toBe('Invoice open');
    // What an object has of its own accord is no word.
    for (const code of ['__proto__', 'constructor', 'toString'])
      expect(deliveryReason(code)).toBeTypeOf('string');
  });

  test('is subtracted from what is done if the remote did not accept it', () => {
    const tallies = [{ state: 'done' as const, reason: null, count: 21 }];
    expect(countsOfBoth(buildOperation({ tallies }))).toMatchObject({ done: 21, failed: 0 });
    expect(countsOfBoth(buildOperation({ tallies, delivery }))).toMatchObject({
      done: 15,
      failed: 5,
      unknown: 1,
    });
  });
});

describe('deciding conflicts', () => {
  test('says before what will happen to whose change', () => {
    expect(settleAllWords('mine', 4_950).title).toBe('Keep yours in 4,950 records?');
    expect(settleAllWords('mine', 2).description).toContain('can be undone');
    expect(settleAllWords('theirs', 1).title).toBe('Take theirs in 1 record?');
    expect(settleAllWords('theirs', 1).description).toContain('nothing is sent');
  });

  test('shows whether a record is deleted, whenever that was', () => {
    const show = (value: number | null) => conflictValue(collections.tickets, 'deletedAt', value);
    expect([show(null), show(0), show(1_700_000_000_000)]).toEqual(['Not deleted', 'Deleted', 'Deleted']);
    expect(conflictValue(collections.tickets, 'status', 'on_hold')).toBe('On hold');
  });

  test('says afterwards what came of it', () => {
    expect(settledWords(0, 'mine', [])).toMatch(/^Nothing was decided/);
    expect(settledWords(10, 'mine', [buildOperation()])).toBe(
      '10 settled. Your change is being made again on top of their latest version.',
    );
    expect(settledWords(7, 'mine', [])).toMatch(/nothing had to be sent/);
    expect(settledWords(1, 'theirs', [])).toBe('1 record is now as it is on the remote.');
  });

  test('does not say of what is deleted there that it is changed again', () => {
    const deleted = { state: 'skipped', reason: 'deleted', count: 2 } as const;
    expect(settledWords(2, 'mine', [buildOperation({ tallies: [deleted] })])).toBe(
      '2 settled. 2 cannot: it is deleted.',
    );
    const rest = { state: 'planned', reason: null, count: 5 } as const;
    const several = [[rest, deleted], [deleted]].map((tallies) => buildOperation({ tallies }));
    expect(settledWords(9, 'mine', several)).toMatch(
      /being made again on top of their latest version\. 4 cannot: it is deleted\.$/,
    );
  });
});

describe('what an operation waits for', () => {
  const operation = { state: 'in_progress' as const, delivery: deliveryCounts({ waiting: 5, confirmed: 2 }) };
  const away = fakeRemote({ state: 'unreachable', waiting: 5, retryAt: 9_000 });
  const progress = { processed: 2, total: 7, ratePerSecond: 0, etaMs: null };

  test('is said as the console says it', () => {
    const waiting = { remote: 'Shop', reason: 'rate_limited', untilAt: 7_000 } as const;
    expect(holdUpOf(operation, { ...progress, waiting }, [away])).toEqual({
      words: 'Shop asked for a pause.',
      untilAt: 7_000,
    });
    expect(holdUpOf(operation, progress, [away])).toBeNull();
  });

  test('is seen from the remotes while there is no news of its progress', () => {
    expect(holdUpOf(operation, null, [fakeRemote(), away])).toEqual({
      words: 'Desk does not answer.',
      untilAt: 9_000,
    });
    const other = fakeRemote({ id: 2, state: 'offline', waiting: 1 });
    expect(holdUpOf(operation, null, [other, away])?.words).toBe('2 remotes are away.');
    expect(holdUpOf(operation, null, [fakeRemote({ state: 'offline' })])).toBeNull();
  });

  test('is nothing where it is paused, or something is on its way', () => {
    expect(holdUpOf({ ...operation, state: 'paused' }, null, [away])).toBeNull();
    expect(holdUpOf({ ...operation, delivery: null }, null, [away])).toBeNull();
    const sending = deliveryCounts({ waiting: 5, sending: 1 });
    expect(holdUpOf({ ...operation, delivery: sending }, null, [away])).toBeNull();
  });
});

test('an error is shown beside its field', () => {
  const dto = { message: 'Nothing answers there.', next: 'Check the address.' };
  expect(errorsOf({ code: 'remote_unreachable', ...dto })).toEqual({
    fields: { address: 'Nothing answers there. Check the address.' },
    other: null,
  });
  const full = { code: 'disk_full' as const, ...dto };
  expect(errorsOf(full)).toEqual({ fields: {}, other: full });
});
