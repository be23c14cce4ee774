import { expect, it } from 'vitest';
import { isPlain, listRequest, noFilter } from '../../../src-renderer/screens/history/history-filter.ts';

it('a list up to a day has all of that day, by the clock of the user', () => {
  expect(listRequest(noFilter, undefined)).not.toHaveProperty('startedBefore');
  const { startedBefore } = listRequest({ ...noFilter, upTo: '2026-03-31' }, undefined);
  expect(startedBefore).toBe(new Date(2026, 3, 1).getTime());
});

it.each([{ search: 'x' }, { state: 'failed' }, { action: 'assign' }, { upTo: '2026-03-31' }] as const)(
  'something is left out with %j',
  (part) => {
    expect(isPlain({ ...noFilter, search: ' ' })).toBe(true);
    expect(isPlain({ ...noFilter, ...part })).toBe(false);
  },
);
