/**
 * What an operation was told about how to run, what retention may not touch, operations to be made again, and what is
 * still to be told to a remote (`deliveries`, one per item, written in the transaction that changes the record).
 */
export const trust = `
ALTER TABLE operations ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
ALTER TABLE operations ADD COLUMN pinned_at INTEGER;
ALTER TABLE operations ADD COLUMN cleaned_at INTEGER;

CREATE TABLE templates (
  id INTEGER PRIMARY KEY,
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
  id INTEGER PRIMARY KEY,
  template_id INTEGER NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
  cron TEXT,
  start_at INTEGER,
  time_zone TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  next_at INTEGER,
  last_run TEXT,
  missed INTEGER NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK ((cron IS NULL) <> (start_at IS NULL))
) STRICT;
CREATE INDEX schedules_template ON schedules (template_id);

CREATE TABLE deliveries (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  remote TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('waiting','sending','confirmed','refused','conflict','unknown','cancelled')),
  idempotency_key TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  crashes INTEGER NOT NULL DEFAULT 0,
  fence INTEGER,
  retry_at INTEGER,
  code TEXT,
  sent_at INTEGER,
  settled_at INTEGER,
  PRIMARY KEY (operation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_open ON deliveries (remote, operation_id, seq) WHERE state IN ('waiting', 'sending', 'unknown');
`;
