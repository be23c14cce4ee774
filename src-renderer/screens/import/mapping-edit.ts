import { type Field, fieldOf } from '../../../src-shared/collections/field.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import type {
  DateOrder,
  ImportInspection,
  ImportMapping,
  InspectedColumn,
  MappingNote,
} from '../../../src-shared/domain/import.ts';
import { missingMarks } from '../../../src-shared/domain/import.ts';

const unmappable = new Set(['id', 'source', 'deletedAt', 'version']);

/** The ticket fields that a column of a file may fill, in the order of the collection. */
export const mappableFields: readonly Field[] = tickets.fields.filter(({ name }) => !unmappable.has(name));

/** Words of a column that stand for a value; those that mean "nothing here" are left out. */
export function wordsOf(column: InspectedColumn): readonly { value: string; count: number }[] {
  const missing: readonly string[] = missingMarks;
  return (column.distinct ?? []).filter(({ value }) => !missing.includes(value.trim()));
}

/** The column that fills a field, or undefined. */
export function columnFor(
  mapping: ImportMapping,
  inspection: ImportInspection,
  field: string,
): InspectedColumn | undefined {
  const entry = mapping.columns.find((column) => column.field === field);
  return entry && inspection.columns.find(({ index }) => index === entry.column);
}

/**
 * Maps a column to a field, or (null) keeps it as an extra field. A field has one column: the one that filled it before
 * becomes an extra field. The words of a choice field are mapped anew for its new column.
 */
export function withColumn(
  mapping: ImportMapping,
  inspection: ImportInspection,
  column: number,
  field: string | null,
): ImportMapping {
  const before = mapping.columns.find((entry) => entry.column === column)?.field ?? null;
  if (before === field) return mapping;
  const columns = mapping.columns.map((entry) => {
    if (entry.column === column) return { column, field };
    return field !== null && entry.field === field ? { ...entry, field: null } : entry;
  });
  if (!columns.some((entry) => entry.column === column)) columns.push({ column, field });
  const values = { ...mapping.values };
  if (before !== null) delete values[before];
  const inspected = inspection.columns.find(({ index }) => index === column);
  if (field !== null && inspected && isChoice(field)) values[field] = guessedValues(field, inspected);
  return { ...mapping, columns, values };
}

/** Says what a word of the file means for a choice field; null takes the meaning back. */
export function withValue(
  mapping: ImportMapping,
  field: string,
  word: string,
  value: string | null,
): ImportMapping {
  const others = Object.entries(mapping.values[field] ?? {}).filter(([other]) => other !== word);
  const words = value === null ? others : [...others, [word, value] as const];
  return { ...mapping, values: { ...mapping.values, [field]: Object.fromEntries(words) } };
}

/** The same mapping with other ways of reading the whole file. */
export function withReading(
  mapping: ImportMapping,
  reading: { dateOrder?: DateOrder; repeatedIds?: ImportMapping['repeatedIds']; source?: string },
): ImportMapping {
  return { ...mapping, ...reading };
}

/** True while a note on what was proposed holds by what was made of it since. */
export function stillHolds(
  { about }: MappingNote,
  mapping: ImportMapping,
  { proposed }: Pick<ImportInspection, 'proposed'>,
): boolean {
  const columnOf = ({ columns }: ImportMapping, name: string) =>
    columns.find(({ field }) => field === name)?.column;
  return about.every((name) => {
    if (name === 'dateOrder' || name === 'repeatedIds') return mapping[name] === proposed[name];
    const known = proposed.values[name] ?? {};
    const hasNewWord = Object.keys(mapping.values[name] ?? {}).some((word) => !Object.hasOwn(known, word));
    return columnOf(mapping, name) === columnOf(proposed, name) && !hasNewWord;
  });
}

/** True for fields that take one of a few values. */
export function isChoice(field: string): boolean {
  return fieldOf(tickets, field)?.kind === 'choice';
}

/** True where a time is read from the file, so that the order of its dates matters. */
export function readsTimes(mapping: ImportMapping): boolean {
  return mapping.columns.some(({ field }) => field !== null && fieldOf(tickets, field)?.kind === 'time');
}

function guessedValues(field: string, column: InspectedColumn): Record<string, string> {
  const choices = fieldOf(tickets, field)?.choices ?? [];
  const guessed = wordsOf(column).flatMap(({ value: word }) => {
    const choice = choices.find(({ value, label }) => [plain(value), plain(label)].includes(plain(word)));
    return choice ? [[word, choice.value] as const] : [];
  });
  return Object.fromEntries(guessed);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
