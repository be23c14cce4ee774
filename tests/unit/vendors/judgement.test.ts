import { expect, it } from 'vitest';
import { HttpFailure } from '../../../src-main/remotes/http-failure.ts';
import { afterFailure } from '../../../src-main/vendors/bulkhead/judgement.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';

const delivery: Delivery = {
  key: 'k',
  recordKey: '1',
  version: 1,
  isAsPulled: true,
  change: { kind: 'fields', before: { status: 'open' }, after: { status: 'closed' } },
};
const word = (code: string) => ({ error: { code, message: 'No.' } });

it.each([
  ['a refusal', new HttpFailure(409, '', { body: word('locked') }), { kind: 'refused', code: 'locked' }],
  [
    'somebody who may not',
    new HttpFailure(403, '', { body: word('forbidden') }),
    { kind: 'refused', code: 'forbidden', isTurnedAway: true },
  ],
  // It was asked for before, and something was done then.
  [
    'a key that is known',
    new HttpFailure(409, '', { body: word('idempotency_key_reused') }),
    { kind: 'unknown' },
  ],
  ['a host that cannot now', new HttpFailure(503, ''), { kind: 'retry', code: '503' }],
  // A pause is no try that failed.
  ['one that says when', new HttpFailure(503, '', { retryAfterMs: 9 }), { kind: 'held', code: '503' }],
  ['a key that is not taken', new HttpFailure(401, ''), { kind: 'held', code: '401' }],
  ['an error of its own', new HttpFailure(500, ''), { kind: 'unknown' }],
])('a delivery whose request met %s', (_what, failure, outcome) => {
  expect(afterFailure(delivery, failure)).toEqual({ key: 'k', ...outcome });
});
