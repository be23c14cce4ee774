import sql from 'sql-template-tag';
import { type ChainedEntry, entryHash, noHash } from '../evidence/evidence.ts';
import type { Db } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { all, run } from '../statement.ts';

/**
 * What an operation was told about how to run, what retention may not touch, operations to be made again, and what is
 * still to be told to a remote (`deliveries`, one per item, written in the transaction that changes the record). The
 * journal becomes a chain: each entry vouches for what it tells of, and its hash for all entries before it. An entry
 * without an operation is about the workspace.
 */
const schema = `
-- By operation first: by record alone, every operation on the same tickets would touch more pages than the one before.
DROP INDEX items_record;
CREATE INDEX items_record ON items (operation_id, record_id) WHERE state = 'done';

ALTER TABLE operations ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
ALTER TABLE operations ADD COLUMN pinned_at INTEGER;
ALTER TABLE operations ADD COLUMN cleaned_at INTEGER;

CREATE TABLE templates (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  action TEXT NOT NULL,
  collection TEXT NOT NULL,
  selection TEXT NOT NULL,
  input TEXT NOT NULL,
  options TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE schedules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  template_id INTEGER NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
  cron TEXT,
  start_at INTEGER,
  time_zone TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  next_at INTEGER,
  last_run TEXT,
  missed INTEGER NOT NULL DEFAULT 0,
  claimed_at INTEGER,
  claimed_operation_id INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK ((cron IS NULL) <> (start_at IS NULL))
) STRICT;
CREATE INDEX schedules_template ON schedules (template_id);

CREATE TABLE deliveries (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  remote TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('waiting','sending','checking','confirmed','refused','conflict','unknown','cancelled')),
  idempotency_key TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  crashes INTEGER NOT NULL DEFAULT 0,
  reads INTEGER NOT NULL DEFAULT 0,
  fence INTEGER,
  retry_at INTEGER,
  retry_ms INTEGER,
  code TEXT,
  sent_at INTEGER,
  doubt_at INTEGER,
  settled_at INTEGER,
  PRIMARY KEY (operation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_open ON deliveries (operation_id, state, remote, crashes, seq)
  WHERE settled_at IS NULL;
CREATE INDEX deliveries_record ON deliveries (record_id, version);

DROP TRIGGER journal_no_update;
DROP TRIGGER journal_no_delete;
DROP TRIGGER journal_no_replace;
DROP INDEX journal_operation;
ALTER TABLE journal RENAME TO journal_before;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  operation_id INTEGER REFERENCES operations (id),
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  evidence TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX journal_operation ON journal (operation_id, seq);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE seq = new.seq)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE journal_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_head_only_grows BEFORE UPDATE ON journal_head WHEN new.count <> old.count + 1
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON journal_head
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`;

/** Brings a workspace of schema 1 to this one. Its history is vouched for from here on, as it is found. */
export function trust(db: Db): void {
  db.exec(schema);
  chainEntries(db);
  for (const { id, settled } of all<{ id: number; settled: number }>(
    db,
    sql`SELECT id, min(next_seq - 1, last_seq) AS settled FROM operations WHERE state <> 'draft' ORDER BY id`,
  )) {
    appendJournal(db, {
      operationId: id,
      at: Date.now(),
      event: 'taken_over',
      isAsked: true,
      ...(settled > 0 && { items: { fromSeq: 1, toSeq: settled } }),
    });
  }
}

function chainEntries(db: Db): void {
  let hash = noHash;
  let count = 0;
  const entries = all<Omit<ChainedEntry, 'evidence'>>(
    db,
    sql`SELECT seq, operation_id AS operationId, at, event, detail FROM journal_before ORDER BY seq`,
  );
  for (const { operationId, at, event, detail } of entries) {
    count += 1;
    hash = entryHash(hash, { seq: count, operationId, at, event, detail, evidence: '{}' });
    run(
      db,
      sql`INSERT INTO journal (seq, operation_id, at, event, detail, evidence, hash)
        VALUES (${count}, ${operationId}, ${at}, ${event}, ${detail}, '{}', ${hash})`,
    );
  }
  run(db, sql`INSERT INTO journal_head (id, count, hash) VALUES (1, ${count}, ${hash})`);
  db.exec('DROP TABLE journal_before');
}
