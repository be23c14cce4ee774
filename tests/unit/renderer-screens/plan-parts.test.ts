import { expect, test } from 'vitest';
import { itemsOf, type PlanPart, partsOf } from '../../../src-renderer/screens/preview/plan-parts.ts';
import { reasons } from '../../../src-shared/domain/item.ts';
import type { Tally } from '../../../src-shared/domain/operation.ts';
import { buildOperation } from '../../builders/operations.ts';

const tallies: Tally[] = [
  { state: 'planned', reason: null, count: 90 },
  { state: 'skipped', reason: 'changed_since', count: 7 },
  { state: 'skipped', reason: 'already_so', count: 5 },
  { state: 'skipped', reason: 'deleted', count: 2 },
];

test.each([
  ['a plan', buildOperation({ state: 'draft', tallies }), { change: 90, already: 5, cannot: 9 }],
  [
    'an undo',
    buildOperation({ state: 'draft', action: 'undo', tallies, undoOf: 3 }),
    { change: 90, already: 5, conflict: 7, cannot: 2 },
  ],
])('the parts of %s hold every item once', (_, operation, expected) => {
  const parts = partsOf(operation);
  expect(Object.fromEntries(parts.map(({ id, count }) => [id, count]))).toEqual(expected);
  const counted = (part: PlanPart) => {
    const { states, reasons: wanted } = itemsOf(operation, part);
    return tallies
      .filter(
        ({ state, reason }) =>
          states.includes(state) && (wanted.length === 0 || (reason && wanted.includes(reason))),
      )
      .reduce((sum, { count }) => sum + count, 0);
  };
  expect(Object.fromEntries(parts.map(({ id }) => [id, counted(id)]))).toEqual(expected);
  // No reason is asked for twice, none is forgotten.
  const asked = parts.flatMap(({ id }) => itemsOf(operation, id).reasons);
  expect(asked.toSorted()).toEqual(Object.keys(reasons).toSorted());
});

test('an import and an export have no part for what cannot, unless something cannot, and an undo none for what is so already', () => {
  const partsWith = (action: string, count: number) =>
    partsOf(
      buildOperation({
        action,
        rejected: 3,
        tallies: [
          { state: 'planned', reason: null, count: 5 },
          { state: 'skipped', reason: 'deleted', count },
        ],
      }),
    ).map(({ id }) => id);
  expect(partsWith('import', 0)).toEqual(['change', 'already']);
  expect(partsWith('import', 1)).toEqual(['change', 'already', 'cannot']);
  expect(partsWith('export', 0)).toEqual(['change']);
  expect(partsWith('export', 1)).toEqual(['change', 'cannot']);
  expect(partsWith('undo', 0)).toEqual(['change', 'conflict', 'cannot']);
  expect(partsWith('assign', 0)).toEqual(['change', 'already', 'cannot']);
});
