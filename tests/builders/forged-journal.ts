import { type ChainedEntry, entryHash } from '../../src-main/sql/evidence/evidence.ts';
import type { Db } from '../../src-main/sql/open.ts';
import { changeDatabase } from './tickets.ts';

/** Changes the journal of a workspace as nobody may: without what refuses it. */
export function forgeJournal(folder: string, change: (db: Db) => void): void {
  changeDatabase(folder, (db) => {
    const triggers = db
      .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'journal%'`)
      .all() as { name: string; sql: string }[];
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    change(db);
    for (const { sql } of triggers) db.exec(sql);
  });
}

/** Says that an entry was made a second later, with the hash that then follows from the entry before it. */
export function postdate(db: Db, seq: number): void {
  const previous = db
    .prepare('SELECT hash FROM journal WHERE seq = ?')
    .pluck()
    .get(seq - 1) as string;
  const entry = db
    .prepare(
      'SELECT seq, operation_id AS operationId, at, event, detail, evidence FROM journal WHERE seq = ?',
    )
    .get(seq) as ChainedEntry;
  const forged = { ...entry, at: entry.at + 1000 };
  db.prepare('UPDATE journal SET at = ?, hash = ? WHERE seq = ?').run(
    forged.at,
    entryHash(previous, forged),
    seq,
  );
}
