import { owned } from './column-stats.ts';

/** One row of a ticket: what differs from the row before. */
export interface Step {
  readonly line: number;
  /** Its time in epoch ms, or that of the row before where it has none that can be read. */
  readonly at: number;
  readonly hasTime: boolean;
  readonly columns: readonly number[];
  readonly values: string[];
}

/** The rows of one ticket as the first row and what changed since. */
export interface History {
  readonly first: string[];
  /** The latest row. */
  readonly current: string[];
  readonly steps: Step[];
  isInOrder: boolean;
  /** Steps whose values were copied already. */
  keptSteps: number;
}

/** `at` is null where the row has no time that can be read. */
export function createHistory(row: string[], line: number, at: number | null): History {
  const step = { line, at: at ?? Number.NEGATIVE_INFINITY, hasTime: at !== null, columns: [], values: [] };
  return { first: row, current: row.slice(), steps: [step], isInOrder: true, keptSteps: 0 };
}

export function addStep(history: History, row: readonly string[], line: number, time: number | null): void {
  const { current, steps } = history;
  const columns: number[] = [];
  const values: string[] = [];
  for (let column = 0; column < row.length; column++) {
    const value = row[column] ?? '';
    if (value === current[column]) continue;
    current[column] = value;
    columns.push(column);
    values.push(value);
  }
  const before = steps[steps.length - 1]?.at ?? Number.NEGATIVE_INFINITY;
  const at = time ?? before;
  if (at < before) history.isInOrder = false;
  steps.push({ line, at, hasTime: time !== null, columns, values });
}

/**
 * Copies values that were cut out of a chunk, so that a few of them do not keep the whole chunk in memory. `own` makes
 * the copy, the same one for equal texts if it can.
 */
export function keepHistory(history: History, own: (text: string) => string): void {
  const { first, current, steps, keptSteps } = history;
  if (keptSteps === 0) {
    for (const [column, value] of first.entries()) {
      first[column] = own(value);
      current[column] = first[column];
    }
  }
  for (let at = keptSteps; at < steps.length; at++) {
    const { columns, values } = steps[at] ?? { columns: [], values: [] };
    for (const [index, column] of columns.entries()) {
      const kept = own(values[index] ?? '');
      values[index] = kept;
      current[column] = kept;
    }
  }
  history.keptSteps = steps.length;
}

/** Copies texts and gives the same copy again for the same text, as long as they are few. */
export function createTextPool(limit: number): (text: string) => string {
  const pool = new Map<string, string>();
  return (text) => {
    const known = pool.get(text);
    if (known !== undefined) return known;
    const kept = owned(text);
    if (pool.size < limit) pool.set(kept, kept);
    return kept;
  };
}

/** The rows as they stood, one step after the other. */
export function* rowsOf(
  history: History,
): Generator<{ line: number; row: string[]; step: Step }, void, void> {
  let row = history.first;
  for (const step of history.steps) {
    row = row.slice();
    for (const [index, column] of step.columns.entries()) row[column] = step.values[index] ?? '';
    yield { line: step.line, row, step };
  }
}

/** The same rows sorted by time, then line, with what changed from one to the next worked out anew. */
export function inOrderOfTime(history: History): History {
  const sorted = [...rowsOf(history)].toSorted((a, b) => a.step.at - b.step.at || a.line - b.line);
  const [head] = sorted;
  if (!head) return history;
  const ordered: History = { first: head.row, current: head.row, steps: [], isInOrder: true, keptSteps: 0 };
  let before = head.row;
  let { current } = ordered;
  for (const { row, step } of sorted) {
    const columns = [...row.keys()].filter((column) => row[column] !== before[column]);
    ordered.steps.push({ ...step, columns, values: columns.map((column) => row[column] ?? '') });
    before = row;
    current = row;
  }
  return { ...ordered, current };
}
