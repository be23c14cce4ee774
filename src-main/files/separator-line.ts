import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { delimiters } from '../../src-shared/domain/import.ts';

/** `sep=;` above the column names, which tells spreadsheets what separates the fields. */
export interface SeparatorLine {
  readonly delimiter: (typeof delimiters)[number];
  /** The line as it stands in the file, with its line end. */
  readonly text: string;
}

/** The separator that the first line names, or null if it names none. Throws `csv_separator` for an invalid one. */
export function separatorLine(head: string): SeparatorLine | null {
  const [text, mark] = /^"?sep=(.)"?[ \t]*(?:\r\n|\n|\r|$)/i.exec(head) ?? [];
  if (text === undefined || mark === undefined) return null;
  const delimiter = delimiters.find((known) => known === mark);
  if (delimiter === undefined) throw wrongSeparator(mark, 'which can be “,”, “;”, “|” or a tab');
  return { delimiter, text };
}

/** Throws `csv_separator` where the names of the columns, on this line of the file, are cut by another one. */
export function assertSeparates({ delimiter }: SeparatorLine, names: readonly string[], line: number): void {
  const other = names.length === 1 && delimiters.find((known) => names[0]?.includes(known));
  if (other) throw wrongSeparator(delimiter, `but line ${line} is cut by ${quoted(other)}`);
}

function wrongSeparator(mark: string, why: string): BulkheadError {
  return new BulkheadError(
    'csv_separator',
    `Line 1 says that ${quoted(mark)} separates the fields, ${why}. Nothing was read.`,
    { details: { line: 1 } },
  );
}

function quoted(mark: string): string {
  return mark === '\t' ? 'a tab' : `“${mark}”`;
}
