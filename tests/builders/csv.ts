import { type CsvCell, type CsvOptions, csvLine } from '../../src-main/platform/csv.ts';

/** A CSV file of these rows. */
export function csvOf(rows: readonly (readonly CsvCell[])[], options?: CsvOptions): string {
  return rows.map((row) => csvLine(row, options)).join('');
}
