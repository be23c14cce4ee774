import { expect, it } from 'vitest';
import { isPlain, listRequest, noFilter } from '../../../src-renderer/screens/history/history-filter.ts';

it('a list from a day up to a day has all of both, by the clock of the user', () => {
  expect(listRequest(noFilter, undefined)).not.toHaveProperty('startedFrom');
  expect(listRequest(noFilter, undefined)).not.toHaveProperty('startedBefore');
  expect(listRequest({ ...noFilter, from: '2026-03-01', upTo: '2026-03-31' }, undefined)).toMatchObject({
    startedFrom: new Date(2026, 2, 1).getTime(),
    startedBefore: new Date(2026, 3, 1).getTime(),
  });
});

it.each([
  { search: 'x' },
  { state: 'failed' },
  { action: 'assign' },
  { from: '2026-03-01' },
  { upTo: '2026-03-31' },
] as const)('something is left out with %j', (part) => {
  expect(isPlain({ ...noFilter, search: ' ' })).toBe(true);
  expect(isPlain({ ...noFilter, ...part })).toBe(false);
});
