import { BulkheadError, type ErrorCode } from '../../src-shared/contract/errors.ts';
import { utf8Text } from './utf8.ts';

const longestLine = 4_000_000;

/** An object that stands on a line. */
export interface NdjsonRow {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/**
 * The objects of an NDJSON text, a piece of it at a time; empty lines are none. Throws `invalid_request` that names the
 * first line that is no object, and `file_encoding`.
 */
export async function* readNdjson(bytes: AsyncIterable<Buffer>): AsyncGenerator<NdjsonRow[]> {
  let line = 0;
  let rest = '';

  function read(texts: readonly string[]): NdjsonRow[] {
    return texts.flatMap((text) => {
      line += 1;
      return text.trim() === '' ? [] : [{ line, row: parse(line, text) }];
    });
  }

  for await (const text of utf8Text(bytes)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const rows = read(lines);
    if (rest.length > longestLine) throw refusedLine(line + 1, `is longer than ${longestLine} characters`);
    yield rows;
  }
  yield read([rest]);
}

function parse(line: number, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusedLine(line, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusedLine(line, 'is not an object');
  return Object.fromEntries(Object.entries(value));
}

/** Why nothing is made of a file: what is wrong with a line of it. */
export function refusedLine(
  line: number,
  problem: string,
  code: ErrorCode = 'invalid_request',
): BulkheadError {
  return new BulkheadError(code, `Line ${line} ${problem}. Nothing was changed.`, { details: { line } });
}
