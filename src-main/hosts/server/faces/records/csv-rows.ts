import { Readable } from 'node:stream';
import Papa from 'papaparse';
import { z } from 'zod';
import { ApiError } from '../http/api-error.ts';

const Row = z.array(z.string());

/** CSV whose first line names the fields, as NDJSON, a row at a time. Throws 422 for a row of another length. */
export async function* csvAsNdjson(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { skipEmptyLines: true });
  const text = Readable.from(decoded(body));
  text.on('error', (error) => parser.destroy(error));
  let header: readonly string[] | null = null;
  let row = 0;
  for await (const cells of text.pipe(parser)) {
    const values = Row.parse(cells);
    row += 1;
    if (header === null) {
      header = values.map((name) => name.trim());
      // An empty line in its place: a refusal names rows as they are counted in the file that was sent.
      yield Buffer.from('\n');
      continue;
    }
    if (values.length !== header.length)
      throw new ApiError(
        422,
        'csv_ragged',
        `Row ${row} has ${values.length} fields, not ${header.length}. Nothing was changed.`,
        {
          details: { line: row },
        },
      );
    yield Buffer.from(
      `${JSON.stringify(Object.fromEntries(header.map((name, at) => [name, values[at] ?? ''])))}\n`,
    );
  }
}

async function* decoded(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError)
      throw new ApiError(422, 'file_encoding', 'The file is not UTF-8. Nothing was changed.', {
        cause: error,
      });
    throw error;
  }
}
