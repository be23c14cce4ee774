import { csvRow } from '../platform/csv.ts';
import type { BatchWriter } from './batch-writer.ts';
import { owned } from './column-stats.ts';
import type { CsvShape } from './csv-dialect.ts';
import { readDate } from './dates.ts';
import { isMissing } from './missing.ts';
import { isRefusal, readFields, readKey, writeForeign } from './read-record.ts';
import type { RowTaker } from './read-rows.ts';
import type { RecordPlan } from './record-plan.ts';
import {
  addStep,
  createHistory,
  createTextPool,
  type History,
  inOrderOfTime,
  keepHistory,
  rowsOf,
  type Step,
} from './row-history.ts';

/** Names of people, places and states come again and again; more different ones than this do not. */
const maxPooledTexts = 100_000;

/** A ticket whose rows are still coming. */
interface Group {
  readonly key: string;
  readonly history: History;
  left: number;
}

/**
 * Rows with one id are the events of one ticket; the latest is its state. They need not stand together: a
 * ticket waits until `counts` says that all its rows came, and keeps no more than what changed.
 */
export function takeEvents(
  plan: RecordPlan,
  shape: CsvShape,
  counts: ReadonlyMap<string, number>,
  writer: BatchWriter,
): RowTaker {
  const groups = new Map<string, Group>();
  /** Of this chunk; some may be complete by now. */
  let touched: Group[] = [];
  /**
   * The ticket of the row before. Rows of one mostly stand together, and then it never comes among the others: a map
   * that is added to and taken from row by row leaves tables behind, each of which keeps the next and all that was in
   * it alive until the whole heap is collected.
   */
  let latest: Group | null = null;
  const own = createTextPool(maxPooledTexts);
  const isForeign = shape.headers.map((_, column) => plan.foreign.includes(column));
  /** Whether a column changed in the ticket that is being written. */
  const isChanged = shape.headers.map(() => false);
  const timeColumn = plan.column.updatedAt >= 0 ? plan.column.updatedAt : plan.column.createdAt;

  function take(row: string[], line: number, text: () => string): void {
    const key = readKey(plan, row);
    if (typeof key !== 'string') {
      writer.reject({ line, reason: key.reason, text: text() });
      return;
    }
    const at = readDate((row[timeColumn] ?? '').trim(), plan.dateOrder);
    if (latest?.key !== key) turnTo(key);
    if (latest) addStep(latest.history, row, line, at);
    else latest = { key: owned(key), history: createHistory(row, line, at), left: counts.get(key) ?? 1 };
    latest.left--;
    if (latest.left > 0) return;
    groups.delete(key);
    finishGroup(key, latest.history);
    latest = null;
  }

  function turnTo(key: string): void {
    if (latest) {
      groups.set(latest.key, latest);
      touched.push(latest);
    }
    latest = groups.get(key) ?? null;
  }

  function finishGroup(key: string, found: History): void {
    const history = found.isInOrder ? found : inOrderOfTime(found);
    const line = history.steps.at(-1)?.line ?? 0;
    const fields = readFields(plan, history.current);
    if (isRefusal(fields)) {
      rejectGroup(key, history, line, fields.reason);
      return;
    }
    writer.record(line, key, fields);
    writeForeign(plan, history.current, writer);
    for (const [index, step] of history.steps.entries()) {
      writer.event(step.hasTime ? step.at : null);
      if (index === 0) writeFirst(step, history);
      else writeChanges(step);
    }
  }

  function rejectGroup(key: string, history: History, stateLine: number, reason: string): void {
    for (const { line, row } of rowsOf(history)) {
      const why =
        line === stateLine ? reason : `The latest row of “${key}” (line ${stateLine}) cannot be taken.`;
      writer.reject({ line, reason: why, text: csvRow(row, shape) });
    }
  }

  /** The id names the ticket and the time is the event's own; everything else is told. */
  function isTold(column: number, step: Step): boolean {
    return column !== plan.column.key && !(step.hasTime && column === timeColumn);
  }

  /** A foreign value that never changed is not repeated here: it stands with the ticket. */
  function writeFirst(step: Step, { first, steps }: History): void {
    isChanged.fill(false);
    for (const { columns } of steps) for (const column of columns) isChanged[column] = true;
    for (let column = 0; column < first.length; column++) {
      if (isForeign[column] && !isChanged[column]) continue;
      const value = first[column] ?? '';
      if (isTold(column, step) && !isMissing(value)) writer.value(column, value);
    }
  }

  function writeChanges(step: Step): void {
    for (let index = 0; index < step.columns.length; index++) {
      const column = step.columns[index] ?? 0;
      const value = step.values[index] ?? '';
      if (isTold(column, step)) writer.value(column, isMissing(value) ? '' : value);
    }
  }

  return {
    take,
    keep() {
      if (latest) touched.push(latest);
      for (const { history, left } of touched) if (left > 0) keepHistory(history, own);
      touched = [];
    },
    // A ticket of which a row could not be read never comes to be complete.
    finish() {
      if (latest) groups.set(latest.key, latest);
      for (const { key, history } of groups.values()) finishGroup(key, history);
      groups.clear();
      latest = null;
    },
  };
}
