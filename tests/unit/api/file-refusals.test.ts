import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errorCatalogue } from '../../../src-shared/contract/errors.ts';
import type { RequestInput, RequestName } from '../../../src-shared/contract/index.ts';
import { readDatabase } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });

function file(content: string | Uint8Array): string {
  const path = join(app.folder, 'tickets.csv');
  writeFileSync(path, content);
  return path;
}

function someFolder(): string {
  const path = join(app.folder, 'folder.csv');
  mkdirSync(path);
  return path;
}

/** The request is refused with this code and its next step, and nothing is kept of what it was about. */
async function expectRefused<N extends RequestName>(
  name: N,
  input: RequestInput<N>,
  code: keyof typeof errorCatalogue,
): Promise<void> {
  const reply = await app.console.handle(app.console.owner('test'), { name, input });
  expect(reply).toMatchObject({ ok: false, error: { code, next: errorCatalogue[code].next } });
  const kept = 'SELECT (SELECT count(*) FROM operations) + (SELECT count(*) FROM tickets)';
  expect(readDatabase(app.folder, (db) => db.prepare(kept).pluck().get())).toBe(0);
}

const latin1 = Buffer.from('id,subject\n1,caf\xe9\n', 'latin1');
const partlyUtf8 = Buffer.concat([
  Buffer.from('id,subject\n1,äöü\n2,é'),
  Buffer.from([0xff]),
  Buffer.from('日本\n'),
]);

it.each([
  ['that is not there', () => join(app.folder, 'none.csv'), 'file_not_found'],
  ['that is a folder', someFolder, 'file_not_readable'],
  ['without a byte', () => file(''), 'file_empty'],
  ['that is a workbook', () => file(Buffer.from('504b0304140006000800', 'hex')), 'file_not_text'],
  ['whose text is broken', () => file(partlyUtf8), 'file_encoding'],
  ['whose first line names no columns', () => file('17,Printer broken\n18,No sound\n'), 'csv_no_header'],
  ['with another separator than it says', () => file('sep=;\nid,subject\n1,a\n'), 'csv_separator'],
  ['with a quote that stays open', () => file('id,subject\n1,"open\n'), 'csv_open_quote'],
  ['with one that stays open among the names', () => file('id,"subject\n1,open\n'), 'csv_open_quote'],
  ['with a line without end', () => file(`id,subject\n1,${'x'.repeat(16_100_000)}`), 'csv_long_line'],
  ['whose lines have too many fields', () => file('id,subject\n1,a,b\n2,c,d\n'), 'csv_ragged'],
] as const)('a file %s is refused when it is inspected', async (_what, make, code) => {
  await expectRefused('imports.inspect', { handle: app.handle(make()) }, code);
});

it('a mapping without the column of the id is refused', async () => {
  const handle = app.handle(file('id,subject\n1,a\n'));
  const { proposed } = await app.ask('imports.inspect', { handle });
  const mapping = { ...proposed, columns: [{ column: 1, field: 'subject' }] };
  await expectRefused('imports.plan', { handle, mapping }, 'mapping_incomplete');
});

it.each([
  ['has fewer columns', 'id\n1\n'],
  ['has its columns in another order', 'subject,status,id,created\nA,open,1,02/03/2026\n'],
  ['has its dates in another order', 'id,subject,status,created\n1,A,open,03/02/2026\n'],
])('a file that %s since it was inspected is refused', async (_what, content) => {
  const path = file('id,subject,status,created\n1,A,open,02/03/2026\n');
  utimesSync(path, 1_000, 1_000);
  const handle = app.handle(path);
  const { proposed } = await app.ask('imports.inspect', { handle });
  file(content);
  await expectRefused('imports.plan', { handle, mapping: proposed }, 'file_changed');
});

it.each([
  ['of no records', '', 'file_empty'],
  ['that is not UTF-8', latin1, 'file_encoding'],
  ['with a fraction of what is counted', '{"key":"1","items":1.5}', 'invalid_request'],
  ['with more than can be counted', '{"key":"1","items":1e30}', 'invalid_request'],
  ['with spaces for a number', '{"key":"1","total":" "}', 'invalid_request'],
  ['with a day that there is not', '{"key":"1","createdAt":"2026-02-30T00:00:00Z"}', 'invalid_request'],
] as const)('a file of new records %s is refused', async (_what, content, code) => {
  const handle = app.handle(file(content));
  await expectRefused('imports.plan_rows', { handle, collection: 'orders', source: 'api' }, code);
});

it.each([
  ['that is not there', () => join(app.folder, 'none.ndjson'), 'file_not_found'],
  ['that is a folder', () => app.folder, 'file_not_readable'],
] as const)('a file of new records %s is refused', async (_what, make, code) => {
  const handle = app.handle(make());
  await expectRefused('imports.plan_rows', { handle, collection: 'orders', source: 'api' }, code);
});
