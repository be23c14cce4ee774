import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import Papa from 'papaparse';
import { expect } from 'vitest';
import { everyTicket } from './tickets.ts';
import type { TestConsole } from './workspace.ts';

let exported = 0;

/** Exports every ticket of a workspace, in order of their numbers, and answers the bytes of the file. */
export async function exportAll(app: TestConsole, columns: readonly string[]): Promise<Buffer> {
  exported += 1;
  const path = join(app.folder, `export-${exported}.csv`);
  const input = { target: app.handle(path), columns, has_bom: true };
  const plan = { action: 'export', collection: 'tickets', selection: everyTicket, input } as const;
  expect(await app.run(await app.ask('operations.plan', plan))).toMatchObject({ state: 'completed' });
  return readFileSync(path);
}

/** The rows of a CSV file with its header, as two parsers that know nothing of each other read them alike. */
export function parsedTwice(bytes: Buffer): string[][] {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const one: string[][] = parse(text);
  const other = Papa.parse<string[]>(text, { delimiter: ',', newline: '\r\n' }).data.slice(0, -1);
  expect(other).toEqual(one);
  return one;
}
