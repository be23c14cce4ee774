import type { NewRecord } from '../store/store.ts';
import type { BatchWriter } from './batch-writer.ts';
import { readDate } from './dates.ts';
import type { MappableField } from './header-names.ts';
import { isMissing } from './missing.ts';
import type { RecordPlan } from './record-plan.ts';

/** A row that cannot become a record, in the words that the agent reads. */
export interface Refusal {
  readonly reason: string;
}

/** What a row says of the ticket's own fields; times are epoch ms. */
export type RecordFields = Omit<NewRecord, 'key' | 'source' | 'extra' | 'events'>;

const maxKeyLength = 200;

/** The ticket's id in the file, or why the row has none. */
export function readKey(plan: RecordPlan, fields: readonly string[]): string | Refusal {
  const raw = fields[plan.column.key] ?? '';
  if (isMissing(raw)) return { reason: `It has no id in “${headerOf(plan, 'key')}”.` };
  const key = raw.trim();
  if (key.length <= maxKeyLength) return key;
  return { reason: `Its id is ${key.length} characters long; at most ${maxKeyLength} are allowed.` };
}

/** The ticket's fields in a row, or why it cannot be taken. */
export function readFields(plan: RecordPlan, row: readonly string[]): RecordFields | Refusal {
  const status = readWord(plan, row, 'status', 'open');
  if (typeof status !== 'string') return status;
  const priority = readWord(plan, row, 'priority', 'medium');
  if (typeof priority !== 'string') return priority;
  const created = readTime(plan, row, 'createdAt');
  if (created !== null && typeof created === 'object') return created;
  const updated = readTime(plan, row, 'updatedAt');
  if (updated !== null && typeof updated === 'object') return updated;
  const hasDates = plan.column.createdAt >= 0 || plan.column.updatedAt >= 0;
  if (hasDates && created === null && updated === null) return { reason: 'It has no date.' };
  const createdAt = created ?? updated ?? plan.importedAt;
  return {
    subject: readText(row, plan.column.subject),
    description: row[plan.column.description] ?? '',
    status,
    priority,
    category: readName(row, plan.column.category),
    assignee: readName(row, plan.column.assignee),
    requester: readName(row, plan.column.requester),
    channel: readName(row, plan.column.channel),
    product: readName(row, plan.column.product),
    createdAt,
    updatedAt: updated ?? createdAt,
  };
}

/** Writes what the file knows beyond the ticket's fields. */
export function writeForeign(plan: RecordPlan, row: readonly string[], writer: BatchWriter): void {
  for (const column of plan.foreign) {
    const value = row[column] ?? '';
    if (!isMissing(value)) writer.value(column, value);
  }
}

export function isRefusal(result: object): result is Refusal {
  return 'reason' in result;
}

function readWord(
  plan: RecordPlan,
  row: readonly string[],
  field: 'status' | 'priority',
  standard: string,
): string | Refusal {
  const column = plan.column[field];
  if (column < 0) return standard;
  const word = (row[column] ?? '').trim();
  const value = plan.words[field].get(word);
  if (value !== undefined) return value;
  const header = headerOf(plan, field);
  if (isMissing(word)) return { reason: `It has no ${field} in “${header}”.` };
  return { reason: `“${word.slice(0, 100)}” in “${header}” is not a known ${field}.` };
}

function readTime(
  plan: RecordPlan,
  row: readonly string[],
  field: 'createdAt' | 'updatedAt',
): number | null | Refusal {
  const text = row[plan.column[field]];
  if (text === undefined || isMissing(text)) return null;
  const time = readDate(text.trim(), plan.dateOrder);
  if (time !== null) return time;
  return {
    reason: `“${text.trim().slice(0, 100)}” in “${headerOf(plan, field)}” is not a date written like the others.`,
  };
}

/** Kept to the last character, unless it is a mark for “nothing here”. */
function readText(row: readonly string[], column: number): string {
  const text = row[column] ?? '';
  return isMissing(text) ? '' : text;
}

function readName(row: readonly string[], column: number): string | null {
  const text = row[column];
  return text === undefined || isMissing(text) ? null : text.trim();
}

function headerOf(plan: RecordPlan, field: MappableField): string {
  return plan.headers[plan.column[field]] ?? field;
}
