import { expect, it } from 'vitest';
import { canPatch, toRecord } from '../../../src-main/vendors/bulkhead/wire.ts';

it.each([
  ['tickets', { status: 'closed', priority: 'low' }, true],
  ['tickets', { deletedAt: 5 }, true],
  ['tickets', { deletedAt: null, status: 'open' }, true],
  // What goes with a deletion would be left out of a request in which that stands alone.
  ['sessions', { deletedAt: 5, exports: 0 }, false],
  ['sessions', { status: 'closed' }, true],
  ['sessions', { status: 'archived' }, false],
] as const)('a change of one of the %s to %j can be made by itself: %s', (collection, after, is) => {
  expect(canPatch(collection, after)).toBe(is);
});

it.each([
  ['2026-03-01T09:30:00.000Z', Date.UTC(2026, 2, 1, 9, 30)],
  [null, null],
  // Nanoseconds, say, are no moment that a clock can show: the window, exports and the APIs would stumble over it.
  [1_772_357_400_000_000_000, null],
  [9e15, null],
  ['+300000-01-01T00:00:00.000Z', null],
  ['soon', null],
  [true, null],
])('the moment %j of a record is taken as %j', (updatedAt, at) => {
  const wire = { id: 7, version: 1, deleted: false, subject: 'A ticket', updatedAt };
  expect(toRecord('tickets', wire).fields).toEqual({ subject: 'A ticket', updatedAt: at });
});
