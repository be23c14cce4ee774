import type { Filter } from '../../src-shared/domain/filter.ts';
import { maxSelectedIds, type Selection } from '../../src-shared/domain/selection.ts';

/** What is chosen in the grid: single records, or all that match a filter but some. */
export type Chosen =
  | { readonly mode: 'none' }
  | { readonly mode: 'ids'; readonly ids: ReadonlySet<number> }
  | {
      readonly mode: 'filter';
      readonly filter: Filter;
      /** How many matched when they were last counted. */
      readonly total: number;
      readonly except: ReadonlySet<number>;
    };

export const nothing: Chosen = { mode: 'none' };

/** True when that record is chosen. */
export function isChosen(chosen: Chosen, id: number): boolean {
  switch (chosen.mode) {
    case 'none':
      return false;
    case 'ids':
      return chosen.ids.has(id);
    case 'filter':
      return !chosen.except.has(id);
  }
}

/** How many records are chosen. */
export function chosenCount(chosen: Chosen): number {
  switch (chosen.mode) {
    case 'none':
      return 0;
    case 'ids':
      return chosen.ids.size;
    case 'filter':
      return Math.max(0, chosen.total - chosen.except.size);
  }
}

/** Chooses or drops records. An empty choice is no choice. */
export function choose(chosen: Chosen, ids: Iterable<number>, isOn: boolean): Chosen {
  if (chosen.mode === 'filter') {
    const except = new Set(chosen.except);
    for (const id of ids) isOn ? except.delete(id) : except.add(id);
    return except.size >= chosen.total ? nothing : { ...chosen, except };
  }
  const all = new Set(chosen.mode === 'ids' ? chosen.ids : []);
  for (const id of ids) isOn ? all.add(id) : all.delete(id);
  return all.size === 0 ? nothing : { mode: 'ids', ids: all };
}

/** Everything that matches a filter. */
export function chooseMatching(filter: Filter, total: number): Chosen {
  return total === 0 ? nothing : { mode: 'filter', filter, total, except: new Set() };
}

/** The same choice where so many match its filter by now. */
export function recounted(chosen: Chosen, total: number): Chosen {
  if (chosen.mode !== 'filter') return chosen;
  return total <= chosen.except.size ? nothing : { ...chosen, total };
}

/** True when the choice cannot be sent, being more single records than one message carries. */
export function isTooLarge(chosen: Chosen): boolean {
  const single = chosen.mode === 'ids' ? chosen.ids.size : chosen.mode === 'filter' ? chosen.except.size : 0;
  return single > maxSelectedIds;
}

/** The choice as the contract wants it; null when nothing is chosen. */
export function toSelection(chosen: Chosen): Selection | null {
  switch (chosen.mode) {
    case 'none':
      return null;
    case 'ids':
      return { mode: 'ids', ids: [...chosen.ids] };
    case 'filter':
      return { mode: 'filter', filter: chosen.filter, except: [...chosen.except] };
  }
}

/** Whether all, some or none of these records are chosen, for a check box over them. */
export function chosenAmong(chosen: Chosen, ids: readonly number[]): 'all' | 'some' | 'none' {
  let count = 0;
  for (const id of ids) if (isChosen(chosen, id)) count += 1;
  if (count === 0) return 'none';
  return count === ids.length ? 'all' : 'some';
}

/** True when two filters mean the same by their shape. */
export function isSameFilter(a: Filter, b: Filter): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
