import { expect, test } from 'vitest';
import { isOpen, standingOf } from '../../../src-main/hosts/server/faces/operations/standing.ts';
import type { Item } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';

const half = [
  { state: 'done', reason: null, count: 4 },
  { state: 'planned', reason: null, count: 4 },
] as const;
const mixed = [
  { state: 'done', reason: null, count: 5 },
  { state: 'skipped', reason: 'already_so', count: 3 },
  { state: 'failed', reason: 'not_found', count: 2 },
] as const;
const stoppedBy = { code: 'too_many_errors', message: 'Too many failed.' };

test.each<[string, Partial<Operation>, object]>([
  [
    'whose remote has not answered has not processed these records',
    {
      state: 'in_progress',
      endedAt: null,
      delivery: deliveryCounts({ waiting: 3, confirmed: 6, sending: 1 }),
    },
    { status: 'in_progress', processed: 6, successful: 6, failed: 0, percentage: 60 },
  ],
  [
    'that is at its last step is not over',
    { state: 'in_progress', endedAt: null },
    { status: 'in_progress', processed: 10, percentage: 99.9 },
  ],
  [
    'that a rule has stopped has failed',
    { state: 'partial', stoppedBy, tallies: [...mixed] },
    { status: 'failed' },
  ],
  [
    'that was cancelled says how far it came',
    { state: 'cancelled', tallies: [...half] },
    { status: 'cancelled', processed: 4, percentage: 50 },
  ],
  ['that is paused is in progress', { state: 'paused', tallies: [...half] }, { status: 'in_progress' }],
  [
    'that waits for its turn has processed nothing, also of what the plan left alone',
    { state: 'pending', tallies: [...mixed.slice(1, 2), ...half.slice(1)] },
    { status: 'pending', processed: 0, successful: 0, failed: 0, percentage: 0 },
  ],
])('an operation %s', (_what, changes, standing) => {
  expect(standingOf(buildOperation(changes))).toMatchObject(standing);
});

test('what stands as it was asked to counts as such, but where nothing does', () => {
  const operation = buildOperation({ state: 'partial', tallies: [...mixed] });
  expect(standingOf(operation)).toMatchObject({ status: 'partial', successful: 8, failed: 2 });
  expect(standingOf({ ...operation, collection: 'sessions' })).toMatchObject({ successful: 5, failed: 5 });
});

test.each<[Item['state'], boolean]>([
  ['planned', true],
  ['applying', true],
  ['done', false],
  ['skipped', false],
  ['cancelled', false],
])('what becomes of an item that is %s is open: %s', (state, isSo) => {
  expect(isOpen({ state, delivery: null } as Item)).toBe(isSo);
  const delivery = { state: 'sending' } as Item['delivery'];
  expect(isOpen({ state: 'done', delivery } as Item)).toBe(true);
});
