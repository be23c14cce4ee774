import { expect, test } from 'vitest';
import {
  appliedOf,
  cancelThereWords,
  processedOf,
} from '../../../src-renderer/screens/operations/card-figures.ts';
import { buildOperation, deliveryCounts } from '../../builders/operations.ts';

test('with and without news of progress, what the plan skipped is no part of the work', () => {
  const operation = buildOperation({
    state: 'paused',
    tallies: [
      { state: 'skipped', reason: 'already_so', count: 520 },
      { state: 'done', reason: null, count: 200 },
      { state: 'failed', reason: 'storage_error', count: 5 },
      { state: 'planned', reason: null, count: 275 },
    ],
  });
  expect(processedOf({ operation, progress: null })).toEqual({ processed: 205, total: 480 });
});

test('what is done here does not wait for what a remote is told', () => {
  const operation = buildOperation({
    state: 'in_progress',
    tallies: [{ state: 'done', reason: null, count: 30 }],
  });
  const progress = { processed: 12, total: 30, ratePerSecond: 4, etaMs: 4_500 };
  expect(processedOf({ operation, progress })).toEqual({ processed: 12, total: 30 });
  expect(appliedOf(operation)).toEqual({ processed: 30, total: 30 });
  const delivery = deliveryCounts({ confirmed: 12, waiting: 15, sending: 3 });
  const told = { ...operation, delivery };
  expect(processedOf({ operation: told, progress: null })).toEqual({ processed: 12, total: 30 });
});

test('a cancel says what will never be sent', () => {
  expect(cancelThereWords(deliveryCounts({ waiting: 1_900, confirmed: 5 }))).toBe(
    '1,900 changes are not sent yet and will not be: the records stay changed here only.',
  );
  expect(cancelThereWords(deliveryCounts({ sending: 4, confirmed: 5 }))).toBe(
    'Everything that was changed here has been sent.',
  );
});
