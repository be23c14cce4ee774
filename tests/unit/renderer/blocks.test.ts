import { expect, test } from 'vitest';
import {
  type Blocks,
  blockRows,
  blocksOf,
  keepNear,
  recordIn,
  withBlock,
} from '../../../src-renderer/state/blocks.ts';
import { fakeTicket } from '../../fakes/fake-tickets.ts';

const ticket = fakeTicket(1, 1_700_000_000_000);
const blocks: Blocks = new Map(Array.from({ length: 100 }, (_, block) => [block, [ticket]]));

test('of very many rows those around sight are kept', () => {
  const far = keepNear(blocks, { from: 90 * blockRows, to: 90 * blockRows + 30 });
  expect(far.size).toBe(60);
  expect([...far.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, at) => at + 40));
  expect(keepNear(far, { from: 0, to: 30 })).toBe(far);
});

test('a stretch of rows touches its blocks, and none beyond its end or that of all rows', () => {
  expect(blocksOf({ from: blockRows - 1, to: blockRows + 1 }, 1_000)).toEqual([0, 1]);
  expect(blocksOf({ from: 0, to: blockRows }, 1_000)).toEqual([0]);
  expect(blocksOf({ from: 0, to: 1_000 }, blockRows)).toEqual([0]);
});

test.each([
  ['that was read again as it was', {}, true],
  ['that changed', { version: ticket.version + 1 }, false],
  ['that another one took the place of', { id: 2 }, false],
] as const)('a row %s is drawn again only if it has to be', (_what, change, isSame) => {
  const now = withBlock(new Map([[0, [ticket]]]), 0, [{ ...ticket, ...change }]);
  expect(recordIn(now, 0) === ticket).toBe(isSame);
  expect(recordIn(now, 0)).toEqual({ ...ticket, ...change });
});
