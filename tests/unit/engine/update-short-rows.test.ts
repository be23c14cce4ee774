import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportSheet, type SheetRow } from '../../builders/edited-export.ts';
import { makeTickets, replaceTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });
const columns = ['id', 'version', 'subject', 'category', 'assignee'];

/** As Excel saves it: sixteen rows at a time, without the last columns in which nothing is in any of them. */
function excelText(rows: readonly SheetRow[]): string {
  const cells = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const blocks = Array.from({ length: Math.ceil(cells.length / 16) }, (_, at) =>
    cells.slice(at * 16, at * 16 + 16),
  );
  const lines = blocks.flatMap((block) => {
    const width = Math.max(...block.map((row) => row.findLastIndex((cell) => cell !== '') + 1));
    return block.map((row) => row.slice(0, width).join(','));
  });
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

it('an edited export in which a spreadsheet left out last columns empties no field for that, and says where one would be', async () => {
  // From the sixteenth on nobody has an assignee, and from the thirty-second on nothing has a category.
  const mine = (id: number) => ({ assignee: id < 16 ? 'Ana' : null, category: id < 32 ? 'Mail' : null });
  replaceTickets(app.folder, makeTickets(47, mine));
  const rows = await exportSheet(app, 'tickets', columns);
  const edited = rows.map((row, at) => ({
    ...row,
    subject: at === 20 || at === 40 ? 'Edited' : (row['subject'] ?? ''),
    // All of the second block are emptied by hand.
    category: at >= 15 && at < 31 ? '' : (row['category'] ?? ''),
  }));
  const path = join(app.folder, 'edited.csv');
  writeFileSync(path, excelText(edited));
  expect(excelText(edited).split('\r\n')[17]).toBe('17,1,Ticket 17');

  const draft = await app.ask('imports.plan_update', { handle: app.handle(path), collection: 'tickets' });
  const { items } = await app.ask('operations.items', { id: draft.id, states: ['planned'], limit: 100 });
  expect(items.map(({ recordId, after }) => [recordId, after])).toEqual([[41, { subject: 'Edited' }]]);
  const { rows: rejected } = await app.ask('imports.rejected', { id: draft.id, limit: 100 });
  expect(rejected.map(({ line }) => line)).toEqual(Array.from({ length: 16 }, (_, at) => 17 + at));
  expect(rejected[0]).toEqual({
    line: 17,
    text: '16,1,Ticket 16',
    reason:
      'The row ends before “category”, where “Mail” stands. To empty that, put the column before one that is filled, then import again.',
  });
});
