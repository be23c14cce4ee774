import { delimiters } from '../../../../../src-shared/domain/import.ts';
import { newlineOf } from '../../../../files/csv-dialect.ts';
import {
  createRowParser,
  dropNameless,
  namelessEnd,
  type OnRow,
  type RowParser,
} from '../../../../files/csv-rows.ts';
import { refusedLine } from '../../../../files/ndjson.ts';
import { fillBlocks, type OnFilledRow } from '../../../../files/row-blocks.ts';
import { assertSeparates, type SeparatorLine, separatorLine } from '../../../../files/separator-line.ts';
import { utf8Text } from '../../../../files/utf8.ts';
import { unguard } from '../../../../platform/csv-guard.ts';

/** Characters within which the line that names the fields ends. */
const headLength = 65_536;

/**
 * CSV as the console exports it, its first line naming the fields and its text guarded against spreadsheets, as NDJSON
 * without the guard. Each record stands on the line on which its row begins: a refusal names it as it is counted in the
 * file that was sent. Throws 422 for a row of another length, a field that is named twice, `csv_separator` and
 * `csv_open_quote`.
 */
export async function* csvAsNdjson(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let header: readonly string[] | null = null;
  let nameless = 0;
  let said: SeparatorLine | null = null;
  let made = '';
  let lines = 0;
  let rows = fillBlocks(0, () => undefined);
  const onRow: OnRow = (values, place) => {
    const { line, hasBadQuote } = place;
    if (hasBadQuote) throw refusedLine(line, 'has a quotation mark where none is allowed', 'csv_open_quote');
    if (said !== null && line === 1) return;
    if (header === null) {
      const names = values.map((name) => name.trim());
      nameless = namelessEnd(names);
      header = uniqueNames(names.slice(0, names.length - nameless), line);
      if (said !== null) assertSeparates(said, header, line);
      rows = fillBlocks(header.length, toRecord(header));
      return;
    }
    dropNameless(values, header.length, nameless);
    rows.onRow(values, place);
  };
  const toRecord =
    (names: readonly string[]): OnFilledRow =>
    (values, { line }) => {
      if (values.every((value) => value === '')) return;
      if (values.length !== names.length)
        throw refusedLine(line, `has ${values.length} fields, not ${names.length}`, 'csv_ragged');
      const record = Object.fromEntries(names.map((name, at) => [name, unguard(values[at] ?? '')]));
      made += `${'\n'.repeat(line - 1 - lines)}${JSON.stringify(record)}\n`;
      lines = line;
    };

  let parser: RowParser | null = null;
  let head = '';
  const begin = (): RowParser => {
    const newline = newlineOf(head);
    said = separatorLine(head);
    return createRowParser({ delimiter: said?.delimiter ?? delimiterOf(head, newline), newline }, onRow);
  };
  for await (const text of utf8Text(body)) {
    head += text;
    if (parser === null && head.length < headLength && !head.trimStart().includes('\n')) continue;
    parser ??= begin();
    parser.push(head, false);
    head = '';
    yield Buffer.from(made);
    made = '';
  }
  parser ??= begin();
  parser.push(head, true);
  rows.end();
  yield Buffer.from(made);
}

/** The names of fields hold no separator. */
function delimiterOf(head: string, newline: string): (typeof delimiters)[number] {
  const [first = ''] = head.trimStart().split(newline, 1);
  return delimiters.find((delimiter) => first.includes(delimiter)) ?? ',';
}

function uniqueNames(names: readonly string[], line: number): readonly string[] {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return names;
  throw refusedLine(line, `names the field "${twice.slice(0, 60)}" more than once`, 'csv_no_header');
}
