import { describe, expect, test } from 'vitest';
import {
  type Chosen,
  choose,
  chooseMatching,
  chosenAmong,
  chosenCount,
  isChosen,
  isTooLarge,
  nothing,
  recounted,
  toSelection,
} from '../../../src-renderer/state/selection.ts';
import { everything } from '../../../src-shared/domain/filter.ts';
import { maxSelectedIds, Selection } from '../../../src-shared/domain/selection.ts';

const filter = { ...everything, text: 'refund' };

describe('single records', () => {
  test('are chosen, counted and dropped; the last one dropped leaves nothing', () => {
    const two = choose(nothing, [3, 5], true);
    expect([chosenCount(two), isChosen(two, 5), isChosen(two, 4)]).toEqual([2, true, false]);
    expect(choose(choose(two, [3], false), [5], false)).toEqual(nothing);
  });

  test('choosing does not change the choice before', () => {
    const one = choose(nothing, [1], true);
    choose(one, [2], true);
    expect(chosenCount(one)).toBe(1);
  });

  test('one more than a message carries is too many', () => {
    const most = choose(
      nothing,
      Array.from({ length: maxSelectedIds }, (_, index) => index + 1),
      true,
    );
    expect(isTooLarge(most)).toBe(false);
    expect(isTooLarge(choose(most, [maxSelectedIds + 1], true))).toBe(true);
  });
});

describe('all that match', () => {
  test('are all chosen but the exceptions', () => {
    const chosen = choose(chooseMatching(filter, 1000), [7, 8], false);
    expect([chosenCount(chosen), isChosen(chosen, 7), isChosen(chosen, 9)]).toEqual([998, false, true]);
    expect(chosenCount(choose(chosen, [7], true))).toBe(999);
  });

  test('with every one excepted nothing is left', () => {
    expect(choose(chooseMatching(filter, 2), [1, 2], false)).toEqual(nothing);
    expect(chooseMatching(filter, 0)).toEqual(nothing);
  });

  test('are as many as there are by now; where only exceptions are left, nothing is', () => {
    const chosen = choose(chooseMatching(filter, 10), [1, 2], false);
    expect(chosenCount(recounted(chosen, 7))).toBe(5);
    expect(recounted(chosen, 2)).toEqual(nothing);
  });

  test('cannot have more exceptions than a message carries', () => {
    const ids = Array.from({ length: maxSelectedIds + 1 }, (_, index) => index + 1);
    expect(isTooLarge(choose(chooseMatching(filter, 1_000_000), ids, false))).toBe(true);
  });
});

test.each<[Selection, Chosen]>([
  [{ mode: 'ids', ids: [2, 9] }, choose(nothing, [2, 9], true)],
  [{ mode: 'filter', filter, except: [4] }, choose(chooseMatching(filter, 10), [4], false)],
])('a choice is sent as %j, neither more nor less', (selection, chosen) => {
  expect(Selection.parse(toSelection(chosen))).toEqual(selection);
});

test('nothing chosen is no selection', () => {
  expect(toSelection(nothing)).toBeNull();
});

test('a check box over rows is on, off or between', () => {
  const chosen = choose(nothing, [1, 2], true);
  expect([chosenAmong(chosen, [1, 2]), chosenAmong(chosen, [2, 3]), chosenAmong(chosen, [3])]).toEqual([
    'all',
    'some',
    'none',
  ]);
  expect(chosenAmong(chosen, [])).toBe('none');
});
