import Papa from 'papaparse';
import { owned } from './column-stats.ts';
import type { CsvShape } from './csv-dialect.ts';
import { readDate } from './dates.ts';
import { isMissing } from './missing.ts';
import { isRefusal, readContent, readKey } from './read-record.ts';
import type { RowTaker, Sink } from './read-rows.ts';
import type { RecordPlan } from './record-plan.ts';
import type { ImportedRecord } from './types.ts';

type TicketEvent = ImportedRecord['events'][number];

/** One row of a ticket: what differs from the row before, in the order of the file. */
interface Step {
  readonly line: number;
  /** Its time, or that of the row before where it has none that can be read. */
  readonly at: number;
  readonly hasTime: boolean;
  readonly columns: readonly number[];
  readonly values: readonly string[];
}
interface Group {
  readonly first: readonly string[];
  readonly current: string[];
  readonly steps: Step[];
  /** Rows of this ticket that are still to come. */
  left: number;
  isInOrder: boolean;
}

/**
 * Rows with one id are the events of one ticket; the latest is its state. They need not stand together: a
 * ticket waits until `counts` says that all its rows came, and keeps no more than what changed.
 */
export function takeEvents(
  plan: RecordPlan,
  shape: CsvShape,
  counts: ReadonlyMap<string, number>,
  sink: Sink,
): RowTaker {
  const groups = new Map<string, Group>();
  const timeColumn = plan.column.updatedAt >= 0 ? plan.column.updatedAt : plan.column.createdAt;

  function take(fields: string[], line: number, text: () => string): void {
    const key = readKey(plan, fields);
    if (typeof key !== 'string') {
      sink.rejected.push({ line, reason: key.reason, text: text() });
      return;
    }
    const raw = (fields[timeColumn] ?? '').trim();
    const time = readDate(raw, plan.dateOrder);
    let group = groups.get(key);
    if (!group) {
      const kept = fields.map(owned);
      group = { first: kept, current: [...kept], steps: [], left: counts.get(key) ?? 1, isInOrder: true };
      group.steps.push({
        line,
        at: time ?? Number.NEGATIVE_INFINITY,
        hasTime: time !== null,
        columns: [],
        values: [],
      });
      groups.set(owned(key), group);
    } else {
      addStep(group, fields, line, time);
    }
    group.left--;
    if (group.left > 0) return;
    groups.delete(key);
    finishGroup(key, group);
  }

  function finishGroup(key: string, group: Group): void {
    const ordered = group.isInOrder ? null : inOrderOfTime(group);
    const state = ordered ? (ordered.rows.at(-1) ?? group.current) : group.current;
    const steps = ordered ? ordered.steps : group.steps;
    const content = readContent(plan, state);
    const line = steps.at(-1)?.line ?? 0;
    if (isRefusal(content)) {
      rejectGroup(key, group, line, content.reason);
      return;
    }
    const rows = ordered?.rows[0] ?? group.first;
    const events = steps.map((step, index) => (index === 0 ? firstEvent(step, rows) : laterEvent(step)));
    sink.records.push({ line, key, fields: content.fields, extra: content.extra, events });
  }

  function rejectGroup(key: string, group: Group, stateLine: number, reason: string): void {
    for (const { line, row } of rowsOf(group)) {
      const why =
        line === stateLine ? reason : `The latest row of “${key}” (line ${stateLine}) cannot be taken.`;
      sink.rejected.push({ line, reason: why, text: Papa.unparse([row], { delimiter: shape.delimiter }) });
    }
  }

  /** The id names the ticket and the time is the event's own; everything else is told. */
  function isTold(column: number, step: Step): boolean {
    return column !== plan.column.key && !(step.hasTime && column === timeColumn);
  }

  function firstEvent(step: Step, row: readonly string[]): TicketEvent {
    const changes: Record<string, string> = {};
    for (let column = 0; column < row.length; column++) {
      const value = row[column]!;
      if (isTold(column, step) && !isMissing(value)) changes[plan.headers[column]!] = value;
    }
    return { at: step.hasTime ? step.at : null, changes };
  }

  function laterEvent(step: Step): TicketEvent {
    const changes: Record<string, string> = {};
    for (let index = 0; index < step.columns.length; index++) {
      const column = step.columns[index]!;
      const value = step.values[index]!;
      if (isTold(column, step)) changes[plan.headers[column]!] = isMissing(value) ? '' : value;
    }
    return { at: step.hasTime ? step.at : null, changes };
  }

  return {
    take,
    // Tickets of which a row could not be read never come to be complete.
    finish() {
      for (const [key, group] of groups) finishGroup(key, group);
      groups.clear();
    },
  };
}

function addStep(group: Group, fields: readonly string[], line: number, time: number | null): void {
  const { current, steps } = group;
  const columns: number[] = [];
  const values: string[] = [];
  for (let column = 0; column < fields.length; column++) {
    const value = fields[column]!;
    if (value === current[column]) continue;
    const kept = owned(value);
    current[column] = kept;
    columns.push(column);
    values.push(kept);
  }
  const before = steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const at = time ?? before;
  if (at < before) group.isInOrder = false;
  steps.push({ line, at, hasTime: time !== null, columns, values });
}

/** The rows of a ticket as they stood, in the order of the file. */
function* rowsOf(group: Group): Generator<{ line: number; row: string[]; step: Step }> {
  let row = [...group.first];
  for (const step of group.steps) {
    row = [...row];
    for (let index = 0; index < step.columns.length; index++) row[step.columns[index]!] = step.values[index]!;
    yield { line: step.line, row, step };
  }
}

/** Sorts a ticket's rows by time, then line, and works out anew what changed from one to the next. */
function inOrderOfTime(group: Group): { rows: string[][]; steps: Step[] } {
  const sorted = [...rowsOf(group)].toSorted((a, b) =>
    a.step.at === b.step.at ? a.line - b.line : a.step.at - b.step.at,
  );
  const rows = sorted.map(({ row }) => row);
  const steps = sorted.map(({ row, step }, position) => {
    const before = rows[position - 1] ?? row;
    const columns = [...row.keys()].filter((column) => row[column] !== before[column]);
    return { ...step, columns, values: columns.map((column) => row[column]!) };
  });
  return { rows, steps };
}
