import { describe, expect, test } from 'vitest';
import { createPager, type Page } from '../../../src-renderer/components/pager.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

const idOf = (row: number) => row;
const explain = (error: unknown) =>
  (error instanceof BulkheadError ? error : new BulkheadError('internal', String(error))).toDto();

/** Numbers below `top`, latest first, three at a time; every read can be held back and failed. */
function source(top: number) {
  const reads: (number | undefined)[] = [];
  const state = { top, failure: null as BulkheadError | null };
  const load = async (last: number | undefined): Promise<Page<number>> => {
    reads.push(last);
    if (state.failure) throw state.failure;
    const from = last === undefined ? state.top : last - 1;
    const rows = [from, from - 1, from - 2].filter((row) => row > 0);
    return { rows, hasMore: from - 3 > 0 };
  };
  return { load, reads, state };
}

describe('a pager', () => {
  test('reads page after page until the end, and then asks no more', async () => {
    const { load, reads } = source(7);
    const pager = createPager({ load, explain, idOf });
    expect(pager.get().status).toBe('loading');
    for (let time = 0; time < 5; time += 1) await pager.more();
    expect(pager.get()).toEqual({
      rows: [7, 6, 5, 4, 3, 2, 1],
      hasMore: false,
      status: 'ready',
      error: null,
    });
    expect(reads).toEqual([undefined, 5, 2]);
  });

  test('two wishes at once ask once', async () => {
    const { load, reads } = source(7);
    const pager = createPager({ load, explain, idOf });
    await Promise.all([pager.more(), pager.more()]);
    expect(reads).toEqual([undefined]);
  });

  test('a refresh puts what is new in front and keeps the pages read before', async () => {
    const { load, state } = source(7);
    const pager = createPager({ load, explain, idOf });
    await pager.more();
    await pager.more();
    state.top = 8;
    await pager.refresh();
    expect(pager.get().rows).toEqual([8, 7, 6, 5, 4, 3, 2]);
  });

  test('a refresh that no longer meets the old rows forgets them rather than leave a hole', async () => {
    const { load, state } = source(7);
    const pager = createPager({ load, explain, idOf });
    await pager.more();
    state.top = 20;
    await pager.refresh();
    expect(pager.get()).toMatchObject({ rows: [20, 19, 18], hasMore: true });
  });

  test('a refresh asked for while a page is on its way is made after it', async () => {
    const { load, reads, state } = source(7);
    const pager = createPager({ load, explain, idOf });
    const first = pager.more();
    state.top = 8;
    await Promise.all([first, pager.refresh()]);
    expect(reads).toEqual([undefined, undefined]);
    expect(pager.get().rows[0]).toBe(8);
  });

  test('a failure keeps the rows, says what happened, and can be tried again', async () => {
    const { load, state } = source(7);
    const pager = createPager({ load, explain, idOf });
    await pager.more();
    state.failure = new BulkheadError('storage_error', 'The history could not be read.');
    await pager.more();
    expect(pager.get()).toMatchObject({ status: 'broken', rows: [7, 6, 5] });
    expect(pager.get().error?.message).toBe('The history could not be read.');
    state.failure = null;
    await pager.more();
    expect(pager.get()).toMatchObject({ status: 'ready', error: null, rows: [7, 6, 5, 4, 3, 2] });
  });

  test('tells listeners nothing after it was closed', async () => {
    const { load } = source(7);
    const pager = createPager({ load, explain, idOf });
    let told = 0;
    pager.subscribe(() => {
      told += 1;
    });
    const under = pager.more();
    pager.close();
    await under;
    expect(told).toBe(0);
  });
});
