import { expect, test } from 'vitest';
import { processedOf } from '../../../src-renderer/screens/operations/card-figures.ts';
import { buildOperation } from './build-operation.ts';

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
