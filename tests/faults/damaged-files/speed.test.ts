import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { findDamage } from '../../../src-main/sql/care/damage.ts';
import { withClosing } from '../../../src-main/sql/open.ts';
import { seedTickets } from '../../builders/seed.ts';
import { makeFolder, openTestConsole, removeFolder } from '../../builders/workspace.ts';
import { limit, size } from '../size.ts';
import { edit, pageBytes, zero } from './harness.ts';

const manyTickets = size({ short: 5_000, long: 100_000 });

describe('a damaged file', () => {
  it('of many tickets is replaced within ten seconds, and looking for damage takes at most 1.5 times as long as SQLite’s own check', async () => {
    const folder = makeFolder();
    const file = join(folder, 'bulkhead.db');
    seedTickets(folder, manyTickets);
    let app = await openTestConsole(folder);
    const backup = await app.ask('backups.create', {});
    await edit(app, 'After the backup');
    await app.close();
    const bytes = statSync(file).size;

    const timesMs = Array.from({ length: 3 }, () => ({
      plain: timeOf(plainCheck),
      ours: timeOf(findDamage),
    }));
    const best = {
      plain: least(timesMs.map(({ plain }) => plain)),
      ours: least(timesMs.map(({ ours }) => ours)),
    };
    expect(best.ours).toBeLessThan(limit(1.5 * best.plain + 20));

    zero(file, Math.floor(bytes / 2 / pageBytes));
    const startedMs = performance.now();
    app = await openTestConsole(folder);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeLessThan(10_000);
    const { recovery } = await app.ask('workspace.recovery', {});
    expect(recovery?.restoredFrom).toEqual(backup);
    expect(recovery?.missing.join('\n')).toMatch(/“Set category to After the backup” by tester/);
    await app.close();
    process.stdout.write(
      `${(bytes / 1e6).toFixed(0)} MB: looked at in ${((best.ours / bytes) * 1e8).toFixed(0)} ms per 100 MB ` +
        `(SQLite alone ${((best.plain / bytes) * 1e8).toFixed(0)}), replaced in ${(tookMs / 1000).toFixed(1)} s\n`,
    );
    removeFolder(folder);

    function timeOf(check: (file: string) => unknown): number {
      const startedMs = performance.now();
      check(file);
      return performance.now() - startedMs;
    }
  });
});

function plainCheck(file: string): void {
  withClosing(new Database(file), (db) => db.pragma('quick_check'));
}

function least(numbers: readonly number[]): number {
  return Math.min(...numbers);
}
