import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { expect } from 'vitest';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import { collections } from '../../src-shared/collections/index.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { everyTicket } from './tickets.ts';
import type { TestConsole } from './workspace.ts';

/** A row of a sheet by the names of its columns, as a spreadsheet shows it. */
export type SheetRow = Record<string, string>;

let sheets = 0;

/** Exports every record of a collection, all columns where none are named, and opens the file as a spreadsheet would. */
export async function exportSheet(
  app: TestConsole,
  collection: CollectionName,
  columns: readonly string[] = collections[collection].fields.map(({ name }) => name),
): Promise<SheetRow[]> {
  sheets += 1;
  const path = join(app.folder, `sheet-${sheets}.csv`);
  const input = { target: app.handle(path), columns, has_bom: true };
  const plan = { action: 'export', collection, selection: everyTicket, input } as const;
  expect(await app.run(await app.ask('operations.plan', plan))).toMatchObject({ state: 'completed' });
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  return Papa.parse<SheetRow>(text, { header: true, skipEmptyLines: true }).data;
}

/** Saves a sheet as a spreadsheet would, and plans what was edited in it. */
export function planSheet(
  app: TestConsole,
  collection: CollectionName,
  rows: readonly SheetRow[],
  how: { delimiter?: string; newline?: string } = {},
): Promise<Operation> {
  sheets += 1;
  const path = join(app.folder, `sheet-${sheets}.csv`);
  writeFileSync(path, Papa.unparse([...rows], how));
  return app.ask('imports.plan_update', { handle: app.handle(path), collection });
}
