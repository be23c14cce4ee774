import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { type Chosen, choose, chooseMatching, isChosen, isTooLarge, nothing } from './selection.ts';
import type { Slice } from './slice.ts';

export interface SelectionSlice {
  readonly chosen: Chosen;
  /** The row from which a range is drawn, by position in the view. */
  readonly anchor: number | null;

  /** Draws the next range from this row. */
  anchorAt(index: number): void;
  /** Turns one record on or off and draws ranges from there. */
  toggle(id: number, index: number): void;
  /** Gives every row from the anchor to `index` what the anchor has. */
  chooseRange(index: number): Promise<void>;
  /** Turns records on or off together. */
  setChosen(ids: readonly number[], isOn: boolean): void;
  /** Everything that the filter matches, however many. */
  chooseAllMatching(): void;
  clearChosen(): void;
}

export const createSelectionSlice: Slice<SelectionSlice> = (set, get, bridge) => {
  const accept = (chosen: Chosen, anchor: number | null) => {
    if (!isTooLarge(chosen)) return set({ chosen, anchor });
    get().showNotice(
      new BulkheadError(
        'selection_too_large',
        'These are more single records than one selection can hold. The selection was left as it was.',
      ),
    );
  };

  return {
    chosen: nothing,
    anchor: null,

    anchorAt: (anchor) => set({ anchor }),

    toggle: (id, index) => {
      const { chosen } = get();
      accept(choose(chosen, [id], !isChosen(chosen, id)), index);
    },

    chooseRange: async (index) => {
      const { anchor, viewId, recordAt } = get();
      const start = anchor ?? index;
      if (viewId === null) return;
      const anchorRecord = recordAt(start);
      const isOn = anchorRecord && anchor !== null ? isChosen(get().chosen, anchorRecord.id) : true;
      const from = Math.min(start, index);
      const to = Math.max(start, index) + 1;
      if (isOn && from === 0 && to === get().total) return get().chooseAllMatching();
      try {
        const { ids } = await bridge.request('records.ids', { viewId, from, to });
        if (get().viewId === viewId) accept(choose(get().chosen, ids, isOn), start);
      } catch (error) {
        get().showNotice(error);
      }
    },

    setChosen: (ids, isOn) => accept(choose(get().chosen, ids, isOn), get().anchor),

    chooseAllMatching: () => {
      const { filter, total } = get();
      if (total !== null) set({ chosen: chooseMatching(filter, total), anchor: null });
    },

    clearChosen: () => set({ chosen: nothing, anchor: null }),
  };
};
