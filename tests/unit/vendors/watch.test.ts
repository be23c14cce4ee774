import { describe, expect, test } from 'vitest';
import type { Page } from '../../../src-main/remotes/remote.ts';
import { createWatch, type Watch } from '../../../src-main/vendors/bulkhead/watch.ts';

function page(cursor: string, isEnd: boolean, ...keys: readonly string[]): Page {
  return { records: keys.map((key) => ({ key, version: 2, isDeleted: false, fields: {} })), cursor, isEnd };
}

/** As the feed does for whoever pulls; answers whether that went on from the pull before. */
function pull(watch: Watch, cursor: string, brought: Page): boolean {
  const goesOn = watch.pulls(cursor);
  watch.pulled(cursor, brought);
  return goesOn;
}

describe('a watch', () => {
  test('takes what a pull brings for read, so that it is read once', () => {
    const watch = createWatch('c0');
    pull(watch, 'c0', page('c1', true, 'a'));
    expect(watch.position).toBe('c1');
    expect(watch.hasSeen('a')).toBe(true);
    expect(watch.latest('a')?.version).toBe(2);
  });

  test('counts as seen what a pull brought until the next one says that it is written down', () => {
    const watch = createWatch('c0');
    pull(watch, 'c0', page('c1', true, 'a'));
    // Asked again, because it could not be written down.
    watch.pulls('c0');
    expect(watch.hasSeen('a')).toBe(true);
    watch.pulls('c1');
    expect(watch.hasSeen('a')).toBe(false);
    expect(watch.latest('a')?.key).toBe('a');
  });

  test('that was read on counts as seen what came since, until a round of pulls that began later is written down', () => {
    const watch = createWatch('c0');
    pull(watch, 'c0', page('c1', true));
    watch.take(page('r1', true, 'a'));
    // This round may have begun before what was read on came.
    expect(pull(watch, 'c1', page('c2', false))).toBe(true);
    expect(pull(watch, 'c2', page('c3', true))).toBe(true);
    expect(watch.hasSeen('a')).toBe(true);
    expect(watch.position).toBe('r1');
    expect(pull(watch, 'c3', page('c4', true))).toBe(true);
    expect(watch.hasSeen('a')).toBe(false);
  });

  test('forgets nothing by rounds that fail', () => {
    const watch = createWatch('c0');
    pull(watch, 'c0', page('c1', true));
    watch.take(page('r1', true, 'a'));
    for (let time = 0; time < 3; time += 1) watch.pulls('c1');
    expect(watch.hasSeen('a')).toBe(true);
  });

  test('knows nothing any more where a pull begins anywhere else', () => {
    const watch = createWatch('c0');
    pull(watch, 'c0', page('c1', true));
    expect(watch.pulls('c-1')).toBe(false);
  });

  test('remembers the latest ten thousand records, and no more than twice as many', () => {
    const watch = createWatch('c0');
    for (let at = 0; at < 40; at += 1)
      watch.take(page(`r${at}`, false, ...Array.from({ length: 1_000 }, (_, n) => `${at * 1_000 + n}`)));
    const remembered = Array.from({ length: 40_000 }, (_, n) => String(n)).filter((key) => watch.latest(key));
    expect(remembered.length).toBeLessThanOrEqual(20_000);
    expect(remembered.length).toBeGreaterThanOrEqual(10_000);
    expect(remembered.at(-1)).toBe('39999');
  });
});
