import { appendFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ImportReader, PackedBatch } from '../../../src-main/files/import-batches.ts';
import { createImportReader } from '../../../src-main/files/import-reader.ts';
import { unpackRows } from '../../../src-main/platform/packed-rows.ts';
import { inspect, parsed, readAll } from './read-all.ts';
import { fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());
const table = (rows: number) =>
  `id,subject,status\n${Array.from({ length: rows }, (_, index) => `${index},Subject of ${index},open`).join('\n')}\n`;

let reader: ImportReader;
afterEach(() => reader.close());

async function allOf(path: string): Promise<PackedBatch[]> {
  const { proposed } = await reader.inspect(path, () => {});
  await reader.open(path, proposed);
  const batches: PackedBatch[] = [];
  do batches.push(await reader.next());
  while (!batches.at(-1)?.isEnd);
  return batches;
}

const recordsOf = ({ records }: PackedBatch) => unpackRows(records).map(parsed);

describe('a reader', () => {
  it('reads a file in batches that end at its last byte', async () => {
    reader = createImportReader();
    const path = file(table(60_000));
    const batches = await allOf(path);
    const records = batches.flatMap(recordsOf);
    expect(records).toHaveLength(60_000);
    expect(records[59_999]).toMatchObject({ key: '59999', subject: 'Subject of 59999' });
    expect(Math.max(...batches.map((batch) => recordsOf(batch).length))).toBeLessThan(40_000);
    const { bytes } = await reader.inspect(path, () => {});
    expect(batches.at(-1)?.bytesRead).toBe(bytes);
  });

  it('gives across threads what is read in one', async () => {
    reader = createImportReader();
    const path = file(
      'id,state,"no, te",date\n1,open,"日本 ""x""\n",2024-01-01\n2,closed,😀,2024-01-02\n3,Asleep,y,\n4\n5,open,z,2024-01-03\n',
    );
    const batches = await allOf(path);
    const { records, rejected } = readAll(path);
    const { source } = inspect(path).proposed;
    expect(batches.flatMap(recordsOf)).toEqual(
      records.map(({ key, fields, extra, events }) => ({ key, source, ...fields, extra, events })),
    );
    expect(batches.flatMap((batch) => batch.rejected)).toEqual(rejected);
    expect([records.length, rejected.length]).toEqual([3, 2]);
  });

  it('serves one file after the other', async () => {
    reader = createImportReader();
    expect((await allOf(file(table(3)))).flatMap(recordsOf)).toHaveLength(3);
    expect((await allOf(file(table(5)))).flatMap(recordsOf)).toHaveLength(5);
  });

  it('tells coded errors and goes on', async () => {
    reader = createImportReader();
    await expect(reader.inspect(file('id,subject\n1,"open\n'), () => {})).rejects.toMatchObject({
      code: 'csv_open_quote',
      details: { line: 2 },
    });
    await expect(reader.next()).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await reader.inspect(file(table(2)), () => {})).toMatchObject({ rows: 2 });
  });

  it('says so when the file changes under its hands', async () => {
    reader = createImportReader();
    const path = file(table(150_000));
    const { proposed } = await reader.inspect(path, () => {});
    await reader.open(path, proposed);
    await reader.next();
    appendFileSync(path, 'x,late,open\n');
    const rest = async () => {
      while (!(await reader.next()).isEnd);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'file_changed' });
  });

  it('ends at once, whatever it is doing', async () => {
    reader = createImportReader();
    const path = file(table(150_000));
    let tellStarted = () => {};
    const started = new Promise<void>((resolve) => {
      tellStarted = resolve;
    });
    const inspection = reader.inspect(path, () => tellStarted());
    const [outcome] = await Promise.allSettled([inspection, started.then(() => reader.close())]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'stopped' } });
    await expect(reader.next()).rejects.toMatchObject({ code: 'stopped' });
  });
});
