import {
  type Dialect,
  isTooLittle,
  longLine,
  maxRowLength,
  type OnRow,
  type RowParser,
  type RowPlace,
} from './csv-rows.ts';

/**
 * As `createRowParser`, for ASCII without a quotation mark: a row is a line. Rows of a log repeat most of the one
 * before, so a field that did not change is the very text that the row before had, which costs nothing to make and
 * next to nothing to compare.
 */
export function createLineParser({ delimiter, newline }: Dialect, onRow: OnRow): RowParser {
  let line = 1;
  /** The same characters twice: they are compared as bytes, which is faster, and cut as text. */
  let bytes = Buffer.alloc(0);
  let input = '';
  let more = '';
  /** Where the row before begins, and its fields. */
  let before = 0;
  let previous: string[] = [];
  let start = 0;
  let end = 0;
  const place: RowPlace = { line: 1, hasBadQuote: false, isEnded: true, text: () => input.slice(start, end) };

  function take(lineEnd: number): void {
    end = lineEnd;
    place.isEnded = lineEnd < input.length;
    if (newline === '\n') while (end > start && bytes[end - 1] === 13) end--;
    const fields = cutLine(bytes, input, { start, end, delimiter, before, previous });
    before = start;
    // Whoever is told may shorten them: what is gone is cut anew in the next row.
    previous = fields;
    place.line = line;
    if (fields.length > 1 || fields[0]?.trim() !== '') onRow(fields, place);
    line++;
  }

  return {
    push(text, isLast) {
      more += text;
      if (!isLast && isTooLittle(more.length, input.length - start)) return;
      // From the row before on: the next one is compared with it.
      bytes = Buffer.concat([bytes.subarray(before), Buffer.from(more, 'latin1')]);
      more = '';
      input = bytes.toString('latin1');
      start -= before;
      before = 0;
      for (let next = input.indexOf(newline, start); next >= 0; next = input.indexOf(newline, start)) {
        take(next);
        start = next + 1;
      }
      if (isLast && start < input.length) take(input.length);
      if (input.length - start > maxRowLength) throw longLine(line);
    },
  };
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly delimiter: string;
  /** Where the line before begins, and its fields. */
  readonly before: number;
  readonly previous: readonly string[];
}

/** Begins as a copy of the row before, of which most is the same, and has room for every field at once. */
function cutLine(bytes: Buffer, text: string, { start, end, delimiter, before, previous }: Line): string[] {
  const mark = delimiter.charCodeAt(0);
  const fields = previous.slice();
  let other = before;
  let count = 0;
  for (let at = start; ; at++) {
    const from = at;
    const known = previous[count];
    const knownEnd = other + (known?.length ?? 0);
    if (known !== undefined) {
      while (other < knownEnd && at < end && bytes[at] === bytes[other]) {
        at++;
        other++;
      }
    }
    if (known === undefined || other < knownEnd || (at < end && bytes[at] !== mark)) {
      const next = text.indexOf(delimiter, at);
      at = next < 0 || next > end ? end : next;
      fields[count] = text.slice(from, at);
    }
    count++;
    if (at === end) {
      fields.length = count;
      return fields;
    }
    other = knownEnd + 1;
  }
}
