import type { Collection } from '../collections/field.ts';
import type { Filter } from './filter.ts';

export interface FilterProblem {
  /** Positions in the text; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Stand-in until the language is there: everything is words. */
export function parseFilter(
  text: string,
  _collection: Collection,
): { filter: Filter; problems: readonly FilterProblem[] } {
  return { filter: { conditions: [], text: text.trim(), deleted: false }, problems: [] };
}
