import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Geometry,
  holderTop,
  maxScrollPx,
  offsetAt,
  rowsInSight,
  rowsToDraw,
  rowTop,
  scrollHeight,
  scrollTopToShow,
} from '../../../src-renderer/components/windowing.ts';

const geometry: fc.Arbitrary<Geometry> = fc.record({
  total: fc.integer({ min: 1, max: 3_000_000 }),
  rowPx: fc.constantFrom(28, 33, 40),
  viewportPx: fc.integer({ min: 100, max: 2000 }),
});
/** As far as a browser lets one scroll. */
const lastScrollTop = (of: Geometry) => Math.max(0, scrollHeight(of) - of.viewportPx);
const position = geometry.chain((of) =>
  fc.record({ of: fc.constant(of), scrollTop: fc.double({ min: 0, max: lastScrollTop(of), noNaN: true }) }),
);

test('a million rows keep their full height, more are scaled down', () => {
  expect(scrollHeight({ total: 1_000_000, rowPx: 33, viewportPx: 800 })).toBe(33_000_000);
  expect(scrollHeight({ total: 1_000_000, rowPx: 40, viewportPx: 800 })).toBe(maxScrollPx);
});

test('one pixel of scrolling is one pixel of rows while they fit', () => {
  expect(offsetAt(1234, { total: 1_000_000, rowPx: 28, viewportPx: 700 })).toBe(1234);
});

describe('wherever one scrolls', () => {
  test('the first and the last row can be reached', () => {
    fc.assert(
      fc.property(geometry, (of) => {
        expect(rowsInSight(0, of).from).toBe(0);
        expect(rowsInSight(lastScrollTop(of), of).to).toBe(of.total);
      }),
    );
  });

  test('the drawn rows cover the viewport, and no more than they must', () => {
    fc.assert(
      fc.property(position, ({ of, scrollTop }) => {
        const inSight = rowsInSight(scrollTop, of);
        const drawn = rowsToDraw(inSight, of.total);
        expect(drawn.from <= inSight.from && drawn.to >= inSight.to).toBe(true);
        expect(drawn.to - drawn.from).toBeLessThanOrEqual(of.viewportPx / of.rowPx + 2 + 20);
        const top = holderTop(scrollTop, drawn.from, of) + rowTop(drawn.from, drawn.from, of);
        expect(top).toBeLessThanOrEqual(scrollTop + 0.01);
        expect(rowTop(drawn.to, drawn.from, of)).toBeLessThan(200_000);
        const bottom = top + (drawn.to - drawn.from) * of.rowPx;
        const wanted = Math.min(scrollTop + of.viewportPx, scrollHeight(of));
        expect(bottom).toBeGreaterThanOrEqual(wanted - 0.01);
      }),
    );
  });

  test('a row that is asked for comes wholly into sight, and one in sight does not move', () => {
    const asked = position.chain(({ of, scrollTop }) =>
      fc.record({
        of: fc.constant(of),
        scrollTop: fc.constant(scrollTop),
        index: fc.nat({ max: of.total - 1 }),
      }),
    );
    fc.assert(
      fc.property(asked, ({ of, scrollTop, index }) => {
        const at = scrollTopToShow(index, scrollTop, of);
        const offset = offsetAt(at, of);
        expect(index * of.rowPx).toBeGreaterThanOrEqual(offset - 0.01);
        expect((index + 1) * of.rowPx).toBeLessThanOrEqual(offset + of.viewportPx + 0.01);
        expect(scrollTopToShow(index, at, of)).toBeCloseTo(at, 3);
      }),
    );
  });
});
