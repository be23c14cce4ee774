import { expect, it } from 'vitest';
import { actions } from '../../../src-main/actions/index.ts';
import { actionNames } from '../../../src-renderer/format/actions.ts';
import { isPlain, listRequest, noFilter } from '../../../src-renderer/screens/history/history-filter.ts';

it('a list from a day up to a day has all of both, by the clock of the user', () => {
  expect(listRequest(noFilter, undefined)).not.toHaveProperty('startedFrom');
  expect(listRequest(noFilter, undefined)).not.toHaveProperty('startedBefore');
  expect(listRequest({ ...noFilter, from: '2026-03-01', upTo: '2026-03-31' }, undefined)).toMatchObject({
    startedFrom: new Date(2026, 2, 1).getTime(),
    startedBefore: new Date(2026, 3, 1).getTime(),
  });
});

it('actions that are called alike are one choice, and those of no menu can be chosen', () => {
  const names = actionNames(actions);
  expect(names.get('Update status')).toEqual(['update_status', 'status_update']);
  expect(names.get('Delete')).toEqual(['delete']);
  expect([...names.keys()].slice(-4)).toEqual(['Import', 'Update from file', 'Edit', 'Undo']);
  const action = names.get('Update status')?.join(' ') ?? '';
  expect(listRequest({ ...noFilter, action }, undefined).actions).toEqual(['update_status', 'status_update']);
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
