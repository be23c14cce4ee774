import { type CollectionName, collections } from '../../src-shared/collections/index.ts';
import type { CollectionRecord } from '../../src-shared/collections/record.ts';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import { everything, type Filter, type Sort } from '../../src-shared/domain/filter.ts';
import { type FilterProblem, parseFilter } from '../../src-shared/domain/filter-language.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import { type Blocks, blockRows, blocksOf, indexIn, keepNear, recordIn, withBlock } from './blocks.ts';
import { createPace } from './pace.ts';
import { chooseMatching, isSameFilter, recounted } from './selection.ts';
import type { Slice } from './slice.ts';

/** A stretch of rows by position; `to` is exclusive. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** How a list was left. */
type Left = Pick<ViewSlice, 'filterText' | 'filter' | 'sort' | 'problems'>;

export interface ViewSlice {
  /** Whose records are listed. */
  readonly collection: CollectionName;
  /** What stands in the filter bar; it may hold problems that `filter` does not. */
  readonly filterText: string;
  readonly problems: readonly FilterProblem[];
  /** The filter whose result is shown. */
  readonly filter: Filter;
  readonly sort: Sort;
  readonly viewId: string | null;
  /** How many records match; null until it is known. */
  readonly total: number | null;
  /** How many match by now, as records came from elsewhere or left; null where as many are listed. */
  readonly matching: number | null;
  /** How many records there are without a filter. */
  readonly grandTotal: number | null;
  /** How many deleted records match as well; null until it is known, and if it does not matter because others match. */
  readonly deletedTotal: number | null;
  readonly blocks: Blocks;
  readonly viewError: ErrorDto | null;
  /** Grows whenever other rows are shown from the top. */
  readonly viewEpoch: number;
  /** The rows of another query are wanted from the top: until they are here, those that are shown can be looked at, not chosen. */
  readonly isTopDue: boolean;
  /** The row that the keyboard is on, by position. */
  readonly focusIndex: number;
  /** The rows in sight. */
  readonly visible: RowRange;

  /** Lists the records of another collection, with the filter and the order in which it was left. */
  showCollection(collection: CollectionName): void;
  /** Reads the text as a filter and shows its result; with problems the old result stays. */
  setFilterText(text: string): void;
  setSort(sort: Sort): void;
  /** Opens the query's view; `isReset` starts again from the top. One that is overtaken leaves that to the next. */
  openView(isReset: boolean): Promise<void>;
  /** Makes the view afresh where it stands, with the counts. */
  refreshView(): Promise<void>;
  /** The same for what may come many times a second. */
  refreshViewSoon(): void;
  /** Fetches the blocks of these rows that are missing. */
  needRows(range: RowRange): void;
  /** Reads the rows in sight again; told to by `records.changed`. */
  refreshVisible(): void;
  setVisible(range: RowRange): void;
  /** Moves the keyboard to a row, from where the next range is drawn. */
  setFocus(index: number): void;
  recordAt(index: number): CollectionRecord | undefined;
}

const firstPageRows = 100;
/** Contents are read again at most this often while an operation changes them. */
const refreshEveryMs = 400;
/** A view is made afresh at most this often while operations end. */
const remakeEveryMs = 1_000;

export const createViewSlice: Slice<ViewSlice> = (set, get, bridge) => {
  /** How often a view was asked for, and which of these has come to its end. */
  let opening = 0;
  let opened = 0;
  const fetching = new Set<string>();

  const left = new Map<CollectionName, Left>();
  const query = () => ({ collection: get().collection, filter: get().filter, sort: get().sort });

  const fetchBlock = async (viewId: string, block: number): Promise<readonly CollectionRecord[]> => {
    const { records } = await bridge.request('records.rows', {
      viewId,
      from: block * blockRows,
      limit: blockRows,
    });
    return records;
  };

  const loadBlock = async (block: number): Promise<void> => {
    const { viewId } = get();
    const key = `${viewId}/${block}`;
    if (viewId === null || fetching.has(key)) return;
    fetching.add(key);
    try {
      const records = await fetchBlock(viewId, block);
      if (get().viewId === viewId)
        set({ blocks: keepNear(withBlock(get().blocks, block, records), get().visible) });
    } catch (error) {
      if (get().viewId === viewId) set({ viewError: toErrorDto(error) });
    } finally {
      fetching.delete(key);
    }
  };

  const countMatching = async () => {
    const { collection, filter, viewId, operations } = get();
    // What runs changes them further, and makes the view afresh once it is over.
    const isRunning = [...operations.values()].some(({ operation }) => operation.state === 'in_progress');
    if (viewId === null || isRunning) return;
    try {
      const { count } = await bridge.request('records.count', { collection, filter });
      // Another list is shown by then, or about to be.
      if (get().viewId !== viewId || opened !== opening) return countMatchingSoon();
      set({ matching: count === get().total ? null : count });
    } catch (error) {
      if (get().viewId === viewId) set({ viewError: toErrorDto(error) });
    }
  };
  const countMatchingSoon = createPace(countMatching, remakeEveryMs);

  const readInSight = () => {
    const { visible, total, blocks, viewId } = get();
    if (viewId === null) return;
    // Rows that come to an empty list move none.
    if (total === 0) return get().refreshView();
    const inSight = new Set(blocksOf(visible, total ?? 0));
    // What is out of sight is read again when it comes into sight.
    set({ blocks: new Map([...blocks].filter(([block]) => inSight.has(block))) });
    for (const block of inSight) void loadBlock(block);
    countMatchingSoon();
  };

  const countAll = async () => {
    const { collection } = get();
    const count = async (filter: Filter) =>
      (await bridge.request('records.count', { collection, filter })).count;
    const grandTotal = await count(everything);
    const deletedTotal = grandTotal === 0 ? await count({ ...everything, deleted: true }) : null;
    if (get().collection === collection) set({ grandTotal, deletedTotal });
  };

  const top = () => ({ focusIndex: 0, anchor: null, viewEpoch: get().viewEpoch + 1, isTopDue: false });

  /** The keyboard and the anchor stay on their records, where those are at hand in a view made anew. */
  const whereTheyAreNow = (blocks: Blocks, total: number) => {
    const { focusIndex, anchor, recordAt } = get();
    const anchorIndex = indexIn(blocks, anchor?.id);
    return {
      focusIndex: indexIn(blocks, recordAt(focusIndex)?.id) ?? Math.min(focusIndex, Math.max(0, total - 1)),
      anchor: anchor && anchorIndex !== undefined ? { ...anchor, index: anchorIndex } : null,
    };
  };

  const newList = (collection: CollectionName): Left => ({
    filterText: '',
    problems: [],
    filter: everything,
    sort: collections[collection].defaultSort,
  });

  return {
    collection: 'tickets',
    ...newList('tickets'),
    viewId: null,
    total: null,
    matching: null,
    grandTotal: null,
    deletedTotal: null,
    blocks: new Map(),
    viewError: null,
    viewEpoch: 0,
    isTopDue: false,
    focusIndex: 0,
    visible: { from: 0, to: 0 },

    showCollection: (collection) => {
      const { collection: before, filterText, problems, filter, sort } = get();
      // Who comes back to a list sees it as it is by now.
      if (collection === before) return void get().refreshView();
      left.set(before, { filterText, problems, filter, sort });
      set({
        collection,
        ...(left.get(collection) ?? newList(collection)),
        viewId: null,
        total: null,
        matching: null,
        grandTotal: null,
        deletedTotal: null,
        blocks: new Map(),
        viewError: null,
        focusIndex: 0,
      });
      get().clearChosen();
      void get().openView(true);
    },

    setFilterText: (filterText) => {
      const { filter, problems } = parseFilter(filterText, collections[get().collection]);
      set({ filterText, problems });
      if (problems.length > 0 || isSameFilter(filter, get().filter)) return;
      set({ filter });
      // A choice that can no longer be seen is a trap.
      get().clearChosen();
      void get().openView(true);
    },

    setSort: (sort) => {
      set({ sort });
      void get().openView(true);
    },

    openView: async (isReset) => {
      opening += 1;
      const mine = opening;
      const isCurrent = () => mine === opening;
      const isFromTop = isReset || get().isTopDue;
      set({ viewError: null, isTopDue: isFromTop });
      if (isFromTop) {
        // The first rows come in key order at once, before the view is counted.
        bridge.request('records.page', { query: query(), limit: firstPageRows }).then(
          ({ records }) => {
            if (!isCurrent() || !get().isTopDue) return;
            set({ blocks: new Map([[0, records]]), viewId: null, total: null, matching: null, ...top() });
          },
          () => undefined, // The view below meets the same error and says so.
        );
      }
      try {
        const { viewId, total } = await bridge.request('records.view', { query: query() });
        if (!isCurrent()) return;
        const wanted = isFromTop ? [0] : blocksOf(get().visible, total);
        const loaded = await Promise.all(
          wanted.map(async (block) => [block, await fetchBlock(viewId, block)] as const),
        );
        if (!isCurrent()) return;
        const blocks: Blocks = new Map(loaded);
        const { chosen, isAllDue, filter } = get();
        set({
          chosen: isAllDue ? chooseMatching(filter, total) : recounted(chosen, total),
          isAllDue: false,
          viewId,
          total,
          // While records come in, the count that follows is of a later moment.
          grandTotal: isSameFilter(filter, everything) ? total : get().grandTotal,
          matching: null,
          blocks,
          viewError: null,
          ...(get().isTopDue ? top() : whereTheyAreNow(blocks, total)),
        });
        opened = mine;
        if (get().visible.to > 0) get().needRows(get().visible);
        await countAll();
      } catch (error) {
        // Nothing is chosen by surprise when it is tried again.
        if (!isCurrent()) return;
        opened = mine;
        set({ viewError: toErrorDto(error), isAllDue: false });
      }
    },

    refreshView: () => get().openView(false),
    refreshViewSoon: createPace(() => get().refreshView(), remakeEveryMs),

    needRows: (range) => {
      const { blocks, total } = get();
      for (const block of blocksOf(range, total ?? 0)) if (!blocks.has(block)) void loadBlock(block);
    },

    refreshVisible: createPace(readInSight, refreshEveryMs),

    setVisible: (visible) => set({ visible }),
    setFocus: (focusIndex) => set({ focusIndex, anchor: null }),
    recordAt: (index) => recordIn(get().blocks, index),
  };
};
