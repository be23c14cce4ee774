import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openForWriting } from '../../../src-main/sql/care/rescue.ts';
import { withClosing } from '../../../src-main/sql/open.ts';
import { readRecovery } from '../../../src-main/storage/recovery-file.ts';
import { markSuspect } from '../../../src-main/storage/suspect-mark.ts';
import { seedTickets } from '../../builders/seed.ts';
import { allTickets, everyTicket } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../../builders/workspace.ts';
import { pageBytes, put, useOriginals, zero } from './harness.ts';

const originals = useOriginals();

/** What stands up to here is the schema, and the first page of each table and index. */
function lastFirstPage(file: string): number {
  const text = `SELECT max((SELECT max(pageno) FROM dbstat WHERE name = 'sqlite_schema'), (SELECT max(rootpage) FROM sqlite_schema))`;
  return withClosing(new Database(file), (db) => db.prepare(text).pluck().get() as number);
}

describe('damage that shows while the console runs', () => {
  it('is looked for in the indexes too at the next start, where the quick check does not look', () => {
    const folder = makeFolder();
    const best = originals.putBackups(folder, 'both');
    const file = put(folder, { database: originals.merged });
    const page = withClosing(new Database(file), (db) =>
      Number(db.prepare(`SELECT max(pageno) FROM dbstat WHERE name = 'tickets_category'`).pluck().get()),
    );
    const bytes = readFileSync(file);
    const at = bytes.indexOf('Third', (page - 1) * pageBytes);
    expect(Math.floor(at / pageBytes)).toBe(page - 1);
    bytes.write('Tired', at);
    const open = () => {
      writeFileSync(file, bytes);
      openForWriting({ file, how: 'first', nowMs: Date.now() }).close();
      return readRecovery(file)?.restoredFrom?.name;
    };
    expect(open()).toBeUndefined();
    markSuspect(file);
    expect(open()).toBe(best?.name);
    expect(existsSync(`${file}.suspect`)).toBe(false);
    removeFolder(folder);
  });

  it('stops the operation with the reason, lets nothing be written any more, and the next start restores', async () => {
    const folder = makeFolder();
    const file = join(folder, 'bulkhead.db');
    seedTickets(folder, 6_000);
    let app = await openTestConsole(folder);
    const backup = await app.ask('backups.create', {});
    const before = allTickets(folder);
    const { id } = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Everything' },
    });
    const pages = statSync(file).size / pageBytes;
    // What is needed to write that an operation starts is spared.
    zero(file, lastFirstPage(file), Math.floor(pages * 0.8));
    // Another program's change makes the console's connections read afresh what they knew.
    withClosing(new Database(file), (db) => db.exec(`INSERT INTO settings VALUES ('other', '1')`));

    const stopped = app.event('operation.updated', ({ operation }) => operation.stoppedBy !== null);
    await app.ask('operations.start', { id });
    expect((await stopped).operation).toMatchObject({
      state: 'paused',
      stoppedBy: { code: 'workspace_damaged' },
    });
    await expect(app.ask('operations.resume', { id })).rejects.toMatchObject({ code: 'workspace_damaged' });
    await expect(app.ask('settings.update', { theme: 'dark' })).rejects.toMatchObject({
      code: 'workspace_damaged',
    });
    await app.close();

    app = await openTestConsole(folder);
    const { recovery } = await app.ask('workspace.recovery', {});
    expect(recovery?.restoredFrom).toEqual(backup);
    await app.ask('workspace.acknowledge_recovery', {});
    expect(await app.ask('workspace.recovery', {})).toEqual({ recovery: null });
    expect(readdirSync(recovery?.movedTo ?? '').toSorted()).toContain('recovery.json');
    await app.close();
    expect(allTickets(folder)).toEqual(before);
    removeFolder(folder);
  });
});
