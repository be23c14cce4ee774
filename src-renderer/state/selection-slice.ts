import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { type Chosen, choose, chooseMatching, isChosen, isTooLarge, nothing } from './selection.ts';
import type { Slice } from './slice.ts';

/** Where ranges start. */
interface Anchor {
  /** By position in the view. */
  readonly index: number;
  /** The record there; null where it was not loaded. */
  readonly id: number | null;
  /** What the rows of a range get. */
  readonly isOn: boolean;
  /** What was chosen without the range: the next one from here takes the place of the last. */
  readonly before: Chosen;
}

/** Records that are chosen for an action. Only those of the filter that is in force can be: see `isTopDue`. */
export interface SelectionSlice {
  readonly chosen: Chosen;
  /** Null where the next range starts from the keyboard's row and chooses. */
  readonly anchor: Anchor | null;
  /** All that match are chosen as soon as they are counted, unless another choice comes before. */
  readonly isAllDue: boolean;

  /** Turns one record on or off and draws ranges from there, which give their rows the same. */
  toggle(id: number, index: number): void;
  /** Draws the range from the anchor to a row, and moves the keyboard there. */
  chooseRange(index: number): Promise<void>;
  /** Turns records on or off together. */
  setChosen(ids: readonly number[], isOn: boolean): void;
  /** Everything that the filter matches, however many: at once, or when its view is counted. */
  chooseAllMatching(): void;
  clearChosen(): void;
}

export const createSelectionSlice: Slice<SelectionSlice> = (set, get, bridge) => {
  const accept = (chosen: Chosen, anchor: Anchor | null) => {
    if (get().isTopDue) return;
    if (!isTooLarge(chosen)) return set({ chosen, anchor, isAllDue: false });
    get().showNotice(
      new BulkheadError(
        'selection_too_large',
        'These are more single records than one selection can hold. The selection was left as it was.',
      ),
    );
  };

  const idsIn = async (viewId: string, from: number, to: number) =>
    (await bridge.request('records.ids', { viewId, from, to })).ids;

  /** Until the view is counted, the first rows are all there is. */
  const shownIds = (from: number, to: number): number[] => {
    const { recordAt } = get();
    return Array.from({ length: to - from }, (_, at) => recordAt(from + at)?.id).filter(
      (id) => id !== undefined,
    );
  };

  return {
    chosen: nothing,
    anchor: null,
    isAllDue: false,

    toggle: (id, index) => {
      const isOn = !isChosen(get().chosen, id);
      const chosen = choose(get().chosen, [id], isOn);
      accept(chosen, { index, id, isOn, before: chosen });
    },

    chooseRange: async (index) => {
      const { viewId, filter, total, chosen, focusIndex, recordAt, isTopDue } = get();
      if (isTopDue) return;
      const here = { index: focusIndex, id: recordAt(focusIndex)?.id ?? null, isOn: true, before: chosen };
      // A copy of its own tells whether this range is still the latest when its answer comes.
      const anchor: Anchor = { ...(get().anchor ?? here) };
      set({ anchor, focusIndex: index });
      const from = Math.min(anchor.index, index);
      const to = Math.max(anchor.index, index) + 1;
      if (anchor.isOn && from === 0 && to === total) return set({ chosen: chooseMatching(filter, total) });
      try {
        const ids = viewId === null ? shownIds(from, to) : await idsIn(viewId, from, to);
        if (get().anchor === anchor) accept(choose(anchor.before, ids, anchor.isOn), anchor);
      } catch (error) {
        get().showNotice(error);
      }
    },

    setChosen: (ids, isOn) => accept(choose(get().chosen, ids, isOn), null),

    chooseAllMatching: () => {
      const { filter, total, isTopDue } = get();
      if (total === null || isTopDue) return set({ isAllDue: true, anchor: null });
      set({ chosen: chooseMatching(filter, total), anchor: null });
    },

    clearChosen: () => set({ chosen: nothing, anchor: null, isAllDue: false }),
  };
};
