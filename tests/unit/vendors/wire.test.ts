import { expect, it } from 'vitest';
import { canPatch } from '../../../src-main/vendors/bulkhead/wire.ts';

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
