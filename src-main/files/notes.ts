import type { ImportMapping } from '../../src-shared/domain/import.ts';
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
export function notesOf(findings: Findings): { notes: string[]; mappingNotes: string[] } {
  return {
    notes: [...encodingNotes(findings), ...rowNotes(findings), ...lengthNotes(findings)],
    mappingNotes: [
      ...idNotes(findings),
      ...wordNotes(findings),
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

function idNotes({ facts, mapping, columns }: Findings): string[] {
  const column = columnOf(mapping, columns, 'key');
  if (!column)
    return ['No column looks like the id of a ticket. Choose the one that names each ticket for good.'];
  const notes: string[] = [];
  const { rows: all, raggedCount, badQuoteLines, nulLines, headerLines } = facts;
  const bad = raggedCount + badQuoteLines.length + nulLines.length + headerLines.length;
  const missing = all - bad - column.filled;
  if (missing > 0)
    notes.push(
      `${countOf(missing, 'row has', 'rows have')} no id in “${column.header}” and will be rejected.`,
    );
  if (facts.repeated === 0) return notes;
  if (mapping.repeatedIds === 'events') {
    notes.push(
      `${formatNumber(facts.rows)} rows share ${formatNumber(facts.ids)} ids: they are read as the events of ${formatNumber(facts.ids)} tickets, ` +
        'and the latest row of each is its state.',
    );
  } else {
    const rows = countOf(facts.repeated, 'row repeats', 'rows repeat');
    notes.push(`${rows} the id of an earlier row; the first one is taken, the others will be rejected.`);
  }
  return notes;
}

function wordNotes({ columns, mapping }: Findings): string[] {
  const notes: string[] = [];
  const defaults = { status: 'Open', priority: 'Medium' } as const;
  for (const field of wordFieldNames) {
    const column = columnOf(mapping, columns, field);
    if (!column) {
      notes.push(`The file has no ${field}: every ticket becomes “${defaults[field]}”.`);
      continue;
    }
    if (!column.distinct) {
      notes.push(
        `“${column.header}” holds more than 50 different values and hardly is a ${field}. Choose another column.`,
      );
      continue;
    }
    const known = mapping.values[field] ?? {};
    const unknown = [...column.distinct].filter(([word]) => !Object.hasOwn(known, word));
    if (unknown.length === 0) continue;
    const words = unknown
      .slice(0, 5)
      .map(([word, count]) => `“${word.slice(0, 60)}” (${countOf(count, 'row', 'rows')})`);
    const rejected = mapping.repeatedIds === 'events' ? 'tickets whose latest row holds it' : 'those rows';
    const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
    notes.push(
      `No ${field} is known for ${words.join(', ')}${more} in “${column.header}”. Say what it means, or ${rejected} will be rejected.`,
    );
  }
  return notes;
}

function dateNotes({ columns, mapping, dates }: Findings): string[] {
  const created = columnOf(mapping, columns, 'createdAt');
  const updated = columnOf(mapping, columns, 'updatedAt');
  const notes: string[] = [];
  if (!created && !updated)
    notes.push('The file does not say when a ticket was created: it gets the time of the import.');
  if (created && !updated)
    notes.push('The file does not say when a ticket was last changed: it gets the time of its creation.');
  if (!created && updated)
    notes.push('The file does not say when a ticket was created: it gets the time of its last change.');
  if (dates.total === 0 || (!created && !updated)) return notes;
  const names = dates.columns.map((name) => `“${name}”`).join(' and ');
  const written = {
    iso: 'year-month-day',
    dmy: 'day/month/year',
    mdy: 'month/day/year',
    epoch: 'seconds since 1970',
  }[dates.order];
  if (dates.isAmbiguous) {
    notes.push(
      `Every date in ${names} would also read with day and month swapped. They are read as ${written}; change it if that is wrong.`,
    );
  }
  if (dates.good < dates.total) {
    const bad = countOf(dates.total - dates.good, 'value', 'values');
    notes.push(`${bad} in ${names} cannot be read as ${written}; such rows will be rejected.`);
  }
  if (dates.order !== 'epoch')
    notes.push(`Dates are read as ${written}; without a time zone they are taken as UTC.`);
  return notes;
}

function markNotes({ columns, mapping }: Findings): string[] {
  const marked = columns.reduce((sum, column) => sum + column.marked, 0);
  if (marked === 0) return [];
  const notes = [
    `${countOf(marked, 'field', 'fields')} with “?”, “NULL” or “N/A” in them are read as “nothing here”.`,
  ];
  const subject = columnOf(mapping, columns, 'subject');
  if (subject && subject.marked > 0) {
    notes.push(
      `${countOf(subject.marked, 'row has', 'rows have')} such a mark in “${subject.header}”: the subject stays empty.`,
    );
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
