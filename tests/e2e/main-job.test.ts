import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tickets } from '../../src-shared/collections/tickets.ts';
import { hosts } from './hosts.ts';
import { windowOf } from './window.ts';

const file = resolve(import.meta.dirname, '../../../shared/data/customer-support-tickets-8469.csv');
const seconds = 1_000;
const patience = { timeout: 60 * seconds };

type Row = Record<string, string>;

const missingFile = existsSync(file) ? null : 'the file is not here';

describe.each(hosts)('the whole job on 8,469 real tickets in the $name', ({ missing, open: openHost }) => {
  const whyNot = missing ?? missingFile;
  const title = whyNot === null ? '' : ` (skipped: ${whyNot})`;

  it.skipIf(whyNot !== null)(
    `imports, edits, cancels, retries, undoes, exports and remembers${title}`,
    { timeout: 180 * seconds },
    async () => {
      const { page, workspace, problems, chooseFile, close } = await openHost();
      onTestFinished(close);
      const rows: Row[] = parse(readFileSync(file), { columns: true, bom: true });
      const open = rows.filter((row) => row['Ticket Status'] === 'Open').length;
      const openText = open.toLocaleString('en');
      const ui = windowOf(page);

      await ui.importFile((click) => chooseFile(file, click));
      expect(await ui.planSentence()).toContain(rows.length.toLocaleString('en'));
      await ui.start();
      await ui.card('Import customer-support-tickets-8469', 'Done').waitFor(patience);

      await ui.filter('status:open');
      await ui.selectAllMatching(openText);
      await page.getByRole('button', { name: 'Update status' }).click();
      await page.getByLabel('New status').selectOption('solved');
      await page.getByRole('button', { name: 'Preview' }).click();
      await ui.preview.waitFor();
      expect(await ui.planSentence()).toContain(`${openText} tickets will change`);

      // A disk this slow makes the operation last: each change of a ticket costs a count to some thousands.
      const inspector = new Database(join(workspace, 'bulkhead.db'));
      inspector.exec(`CREATE TRIGGER slow_disk AFTER UPDATE ON tickets BEGIN
      SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT i FROM n);
    END`);
      const title = 'Set status to Solved';
      await ui.start();
      const running = ui.operations.getByRole('article', { name: title });
      await running.getByText(new RegExp(`^[1-9][\\d,]* / ${openText}$`)).waitFor(patience);
      await running.getByRole('button', { name: 'Cancel operation' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel operation' }).click();
      await ui.card(title, 'Cancelled').waitFor(patience);
      inspector.exec('DROP TRIGGER slow_disk');

      const solved = () =>
        inspector.prepare(`SELECT count(*) FROM tickets WHERE status = 'solved'`).pluck().get() as number;
      const doneFirst = solved();
      expect(doneFirst).toBeGreaterThan(0);
      expect(doneFirst).toBeLessThan(open);

      await ui.card(title, 'Cancelled').getByRole('button', { name: 'Retry remaining' }).click();
      await ui.preview.waitFor();
      expect(await ui.planSentence()).toContain(
        `${(open - doneFirst).toLocaleString('en')} tickets will change`,
      );
      await ui.start();
      await ui.card(title, 'Done').waitFor(patience);
      expect(solved()).toBe(open);
      await ui
        .card(title, 'Cancelled')
        .getByRole('button', { name: /^Retried by #\d+$/ })
        .click();
      await page
        .getByRole('region', { name: `Operation: ${title}` })
        .getByText(/^Retry of #\d+$/)
        .waitFor();
      await ui.go('Tickets');

      for (const state of ['Done', 'Cancelled']) {
        await ui.card(title, state).getByRole('button', { name: 'Undo', exact: true }).click();
        await ui.preview.waitFor();
        await ui.start();
        await ui.card(title, state).getByText('Undone').waitFor(patience);
      }
      await expect.poll(solved, patience).toBe(0);
      const statuses = { Open: 'open', Closed: 'closed', 'Pending Customer Response': 'pending' } as Row;
      const byKey = new Map(rows.map((row) => [row['Ticket ID'], row]));
      for (const { external_id, status } of inspector
        .prepare('SELECT external_id, status FROM tickets')
        .all() as Row[]) {
        expect(status).toBe(statuses[byKey.get(external_id ?? '')?.['Ticket Status'] ?? '']);
      }

      await ui.filter('');
      await ui.selectAllMatching(rows.length.toLocaleString('en'));
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('button', { name: 'Choose where to save' }).click();
      await page.getByRole('button', { name: 'Preview' }).click();
      await ui.preview.waitFor();
      await ui.start();
      await ui.card('Export to CSV', 'Done').waitFor(patience);
      expect(exportedRows(workspace)).toEqual(storedRows(inspector));

      await ui.go('History');
      for (const step of ['Export to CSV', `Undo: ${title}`, title, 'Import customer-support-tickets-8469']) {
        await ui.history.getByText(step, { exact: true }).first().waitFor();
      }
      await ui.history.getByText(title, { exact: true }).first().click();
      await page.getByRole('region', { name: `Operation: ${title}` }).waitFor();

      inspector.close();
      expect(problems).toEqual([]);
    },
  );
});

/** The one exported file, read by another parser than the one that Bulkhead reads with. */
function exportedRows(workspace: string): Row[] {
  const folder = join(workspace, 'exports');
  const [name, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return parse(readFileSync(join(folder, name ?? '')), { columns: true, bom: true });
}

/** The tickets of the database, written as the export promises to write them. */
function storedRows(db: Database.Database): Row[] {
  const stored = db
    .prepare(
      `SELECT id, external_id AS key, subject, description, status, priority, category, assignee, requester, channel, product,
        source, created_at AS createdAt, updated_at AS updatedAt, deleted_at AS deletedAt, version FROM tickets ORDER BY id`,
    )
    .all() as Record<string, string | number | null>[];
  return stored.map((row) =>
    Object.fromEntries(
      tickets.fields.map(({ name, kind }) => {
        const value = row[name] ?? '';
        if (kind === 'time' && typeof value === 'number') return [name, new Date(value).toISOString()];
        return [name, typeof value === 'string' ? asCell(value) : String(value)];
      }),
    ),
  );
}

/** Text that a spreadsheet would run is written with an apostrophe before it. */
function asCell(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
