import type { ImportMapping, MappingNote } from '../../src-shared/domain/import.ts';
import { countOf, formatNumber } from '../../src-shared/domain/number-words.ts';
import type { ColumnStats } from './column-stats.ts';
import type { TextFile } from './encoding.ts';
import type { FileFacts } from './inspect.ts';
import type { DateVerdict } from './propose.ts';
import { wordFieldNames } from './value-words.ts';

interface Findings {
  readonly file: TextFile;
  readonly columns: readonly ColumnStats[];
  readonly facts: FileFacts;
  readonly mapping: ImportMapping;
  readonly dates: DateVerdict;
  readonly isGuarded: boolean;
}

/** A field longer than this is unusual enough to say so; nothing is cut. */
const longField = 100_000;

/** Sentences worth reading before going on, about the file and about what is proposed to be made of it. */
export function notesOf(findings: Findings): { notes: string[]; mappingNotes: MappingNote[] } {
  return {
    notes: [...encodingNotes(findings), ...rowNotes(findings), ...lengthNotes(findings)],
    mappingNotes: [
      ...idNotes(findings),
      ...wordFieldNames.flatMap((field) => wordNotes(findings, field)),
      ...dateNotes(findings),
      ...markNotes(findings),
    ],
  };
}

function encodingNotes({ file, facts, isGuarded }: Findings): string[] {
  const notes: string[] = [];
  if (isGuarded)
    notes.push(
      'Bulkhead wrote this file: the apostrophes that keep spreadsheets from running text are taken off.',
    );
  if (file.encoding === 'windows-1252') {
    notes.push(
      'The file is not UTF-8 and was read as Western European (Windows-1252). Check a name with an accent.',
    );
  }
  if (facts.replacementCharacters > 0) {
    const count = countOf(facts.replacementCharacters, 'character was', 'characters were');
    notes.push(`${count} already lost when the file was written: they show as \uFFFD and are kept so.`);
  }
  return notes;
}

function rowNotes({ facts }: Findings): string[] {
  const notes: string[] = [];
  if (facts.raggedCount > 0) {
    const rows = countOf(facts.raggedCount, 'row does', 'rows do');
    notes.push(
      `${rows} not have as many fields as the header and will be rejected (${lines(facts.raggedLines, facts.raggedCount)}).`,
    );
  }
  if (facts.shortCount > 0) {
    const rows = countOf(facts.shortCount, 'row ends', 'rows end');
    notes.push(
      `${rows} before the last columns, as Excel writes them where nothing is in these: they are taken as empty there (${lines(facts.shortLines, facts.shortCount)}).`,
    );
  }
  if (facts.badQuoteLines.length > 0) {
    const rows = countOf(facts.badQuoteLines.length, 'row has', 'rows have');
    notes.push(
      `${rows} a quotation mark inside a quoted field and will be rejected (${lines(facts.badQuoteLines)}).`,
    );
  }
  if (facts.nulLines.length > 0) {
    const rows = countOf(facts.nulLines.length, 'row holds', 'rows hold');
    notes.push(`${rows} a NUL character and will be rejected (${lines(facts.nulLines)}).`);
  }
  if (facts.headerLines.length > 0) {
    const rows = countOf(facts.headerLines.length, 'row is', 'rows are');
    notes.push(`${rows} the header again and will be rejected (${lines(facts.headerLines)}).`);
  }
  return notes;
}

function idNotes({ facts, mapping, columns }: Findings): MappingNote[] {
  const column = columnOf(mapping, columns, 'key');
  if (!column) {
    const text =
      'No column looks like the id of a ticket. Choose the one that identifies each ticket permanently.';
    return [{ text, about: ['key'] }];
  }
  const notes: MappingNote[] = [];
  const { rows: all, raggedCount, badQuoteLines, nulLines, headerLines } = facts;
  const bad = raggedCount + badQuoteLines.length + nulLines.length + headerLines.length;
  const missing = all - bad - column.filled;
  if (missing > 0) {
    const rows = countOf(missing, 'row has', 'rows have');
    notes.push({ text: `${rows} no id in “${column.header}” and will be rejected.`, about: ['key'] });
  }
  if (facts.repeated === 0) return notes;
  const rows = countOf(facts.repeated, 'row repeats', 'rows repeat');
  const text =
    mapping.repeatedIds === 'events'
      ? `${formatNumber(facts.rows)} rows share ${formatNumber(facts.ids)} ids: they are read as the events of ${formatNumber(facts.ids)} tickets, ` +
        'and the latest row of each is its state.'
      : `${rows} the id of an earlier row; the first one is taken, the others will be rejected.`;
  return [...notes, { text, about: ['key', 'repeatedIds'] }];
}

const defaults = { status: 'Open', priority: 'Medium' } as const;

function wordNotes({ columns, mapping }: Findings, field: keyof typeof defaults): MappingNote[] {
  const column = columnOf(mapping, columns, field);
  if (!column)
    return [{ text: `The file has no ${field}: every ticket becomes “${defaults[field]}”.`, about: [field] }];
  if (!column.distinct) {
    const text = `“${column.header}” holds more than 50 different values and hardly is a ${field}. Choose another column.`;
    return [{ text, about: [field] }];
  }
  const known = mapping.values[field] ?? {};
  const unknown = [...column.distinct].filter(([word]) => !Object.hasOwn(known, word));
  if (unknown.length === 0) return [];
  const words = unknown
    .slice(0, 5)
    .map(([word, count]) => `“${word.slice(0, 60)}” (${countOf(count, 'row', 'rows')})`);
  const rejected = mapping.repeatedIds === 'events' ? 'tickets whose latest row holds it' : 'those rows';
  const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
  const text = `No ${field} is known for ${words.join(', ')}${more} in “${column.header}”. Say what it means, or ${rejected} will be rejected.`;
  return [{ text, about: [field, 'repeatedIds'] }];
}

function dateNotes({ columns, mapping, dates }: Findings): MappingNote[] {
  const created = columnOf(mapping, columns, 'createdAt');
  const updated = columnOf(mapping, columns, 'updatedAt');
  const notes: MappingNote[] = [];
  const add = (text: string, ...reading: readonly string[]) =>
    notes.push({ text, about: ['createdAt', 'updatedAt', ...reading] });
  if (!created && !updated)
    add('The file does not say when a ticket was created: it gets the time of the import.');
  if (created && !updated)
    add('The file does not say when a ticket was last changed: it gets the time of its creation.');
  if (!created && updated)
    add('The file does not say when a ticket was created: it gets the time of its last change.');
  if (dates.total === 0 || (!created && !updated)) return notes;
  const names = dates.columns.map((name) => `“${name}”`).join(' and ');
  const written = {
    iso: 'year-month-day',
    dmy: 'day/month/year',
    mdy: 'month/day/year',
    epoch: 'seconds since 1970',
  }[dates.order];
  if (dates.isAmbiguous) {
    add(
      `Every date in ${names} is also valid with day and month swapped. They are read as ${written}; change it if that is wrong.`,
      'dateOrder',
    );
  }
  if (dates.good < dates.total) {
    const bad = countOf(dates.total - dates.good, 'value', 'values');
    add(`${bad} in ${names} cannot be read as ${written}; such rows will be rejected.`, 'dateOrder');
  }
  if (dates.order !== 'epoch')
    add(`Dates are read as ${written}; without a time zone they are taken as UTC.`, 'dateOrder');
  return notes;
}

function markNotes({ columns, mapping }: Findings): MappingNote[] {
  const marked = columns.reduce((sum, column) => sum + column.marked, 0);
  if (marked === 0) return [];
  const fields = `${countOf(marked, 'field', 'fields')} with “?”, “NULL” or “N/A” in ${marked === 1 ? 'it is' : 'them are'}`;
  const notes: MappingNote[] = [{ text: `${fields} read as “nothing here”.`, about: [] }];
  const subject = columnOf(mapping, columns, 'subject');
  if (subject && subject.marked > 0) {
    const rows = countOf(subject.marked, 'row has', 'rows have');
    const text = `${rows} such a mark in “${subject.header}”: the subject stays empty.`;
    notes.push({ text, about: ['subject'] });
  }
  return notes;
}

function lengthNotes({ columns }: Findings): string[] {
  return columns
    .filter(({ longest }) => longest > longField)
    .map(({ header, longest, longestLine }) => {
      return `“${header}” holds up to ${formatNumber(longest)} characters in one field (line ${longestLine}). Nothing is cut off.`;
    });
}

function columnOf(
  mapping: ImportMapping,
  columns: readonly ColumnStats[],
  field: string,
): ColumnStats | undefined {
  const mapped = mapping.columns.find((column) => column.field === field);
  return mapped && columns[mapped.column];
}

function lines(some: readonly number[], count = some.length): string {
  const listed = some.slice(0, 5).map(formatNumber).join(', ');
  return `${count === 1 ? 'line' : 'lines'} ${listed}${count > 5 ? ' and more' : ''}`;
}
