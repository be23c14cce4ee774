/**
 * The first schema. `tickets_narrow` is a narrow copy of what filters ask for, in id order: reading all of it is faster
 * than looking up the tickets that another index finds, and an operation, which goes by id, changes it page by page
 * (with the status in front, a million tickets took four times as long). Partial indexes hold live tickets only, because
 * every list but that of the deleted ones asks for `deleted_at IS NULL`. Names of people and categories compare without
 * regard to ASCII case.
 */
export const initial = `
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY,
  external_id TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL COLLATE NOCASE,
  subject TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('new','open','pending','on_hold','solved','closed')),
  priority TEXT NOT NULL CHECK (priority IN ('low','medium','high','critical')),
  category TEXT COLLATE NOCASE,
  assignee TEXT COLLATE NOCASE,
  requester TEXT COLLATE NOCASE,
  channel TEXT COLLATE NOCASE,
  product TEXT COLLATE NOCASE,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  version INTEGER NOT NULL,
  extra TEXT NOT NULL DEFAULT '{}',
  import_operation_id INTEGER,
  import_seq INTEGER
) STRICT;

CREATE UNIQUE INDEX tickets_origin ON tickets (source, external_id COLLATE BINARY) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tickets_import ON tickets (import_operation_id, import_seq) WHERE import_operation_id IS NOT NULL;
CREATE INDEX tickets_key ON tickets (external_id) WHERE deleted_at IS NULL;
CREATE INDEX tickets_narrow ON tickets (
  id, status, priority, category, assignee, channel, created_at, updated_at
) WHERE deleted_at IS NULL;
CREATE INDEX tickets_status ON tickets (status) WHERE deleted_at IS NULL;
CREATE INDEX tickets_priority ON tickets (priority) WHERE deleted_at IS NULL;
CREATE INDEX tickets_status_rank ON tickets (
  CASE status WHEN 'new' THEN 0 WHEN 'open' THEN 1 WHEN 'pending' THEN 2 WHEN 'on_hold' THEN 3 WHEN 'solved' THEN 4 WHEN 'closed' THEN 5 END
) WHERE deleted_at IS NULL;
CREATE INDEX tickets_priority_rank ON tickets (
  CASE priority WHEN 'low' THEN 0 WHEN 'medium' THEN 1 WHEN 'high' THEN 2 WHEN 'critical' THEN 3 END
) WHERE deleted_at IS NULL;
CREATE INDEX tickets_category ON tickets (category) WHERE deleted_at IS NULL;
CREATE INDEX tickets_assignee ON tickets (assignee) WHERE deleted_at IS NULL;
CREATE INDEX tickets_channel ON tickets (channel) WHERE deleted_at IS NULL;
CREATE INDEX tickets_requester ON tickets (requester) WHERE deleted_at IS NULL;
CREATE INDEX tickets_created_at ON tickets (created_at) WHERE deleted_at IS NULL;
CREATE INDEX tickets_updated_at ON tickets (updated_at) WHERE deleted_at IS NULL;
CREATE INDEX tickets_deleted_at ON tickets (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE VIRTUAL TABLE tickets_fts USING fts5 (
  subject, description, content = 'tickets', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER tickets_fts_insert AFTER INSERT ON tickets BEGIN
  INSERT INTO tickets_fts (rowid, subject, description) VALUES (new.id, new.subject, new.description);
END;
CREATE TRIGGER tickets_fts_update AFTER UPDATE OF subject, description ON tickets BEGIN
  INSERT INTO tickets_fts (tickets_fts, rowid, subject, description) VALUES ('delete', old.id, old.subject, old.description);
  INSERT INTO tickets_fts (rowid, subject, description) VALUES (new.id, new.subject, new.description);
END;
CREATE TRIGGER tickets_fts_delete AFTER DELETE ON tickets BEGIN
  INSERT INTO tickets_fts (tickets_fts, rowid, subject, description) VALUES ('delete', old.id, old.subject, old.description);
END;

CREATE TABLE operations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  action TEXT NOT NULL,
  collection TEXT NOT NULL,
  title TEXT NOT NULL,
  details TEXT NOT NULL DEFAULT '[]',
  state TEXT NOT NULL
    CHECK (state IN ('draft','pending','in_progress','paused','completed','partial','failed','cancelled')),
  selection TEXT,
  input TEXT NOT NULL,
  effect TEXT NOT NULL,
  forecast TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  cancel_requested_at INTEGER,
  stopped_code TEXT,
  stopped_message TEXT,
  undo_of INTEGER REFERENCES operations (id),
  retry_of INTEGER REFERENCES operations (id),
  file TEXT,
  rejected INTEGER NOT NULL DEFAULT 0,
  last_seq INTEGER NOT NULL DEFAULT 0,
  next_seq INTEGER NOT NULL DEFAULT 1,
  is_sealed INTEGER NOT NULL DEFAULT 0 CHECK (is_sealed IN (0, 1)),
  run_ms INTEGER NOT NULL DEFAULT 0,
  dismissed_at INTEGER
) STRICT;
CREATE INDEX operations_undo_of ON operations (undo_of) WHERE undo_of IS NOT NULL;

CREATE TABLE tallies (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (operation_id, state, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  record_id INTEGER,
  state TEXT NOT NULL
    CHECK (state IN ('planned','applying','done','skipped','failed','cancelled','unknown')),
  reason TEXT,
  base_version INTEGER,
  before TEXT,
  after TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  finished_at INTEGER,
  PRIMARY KEY (operation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_record ON items (record_id) WHERE state = 'done';

CREATE TABLE new_records (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  source TEXT NOT NULL,
  subject TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  category TEXT,
  assignee TEXT,
  requester TEXT,
  channel TEXT,
  product TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  extra TEXT NOT NULL,
  events TEXT,
  PRIMARY KEY (operation_id, seq)
) STRICT;

CREATE TABLE rejected_rows (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  line INTEGER NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (operation_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE comments (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  body TEXT NOT NULL,
  is_internal INTEGER NOT NULL CHECK (is_internal IN (0, 1)),
  author TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  hidden_at INTEGER,
  operation_id INTEGER REFERENCES operations (id)
) STRICT;
CREATE INDEX comments_ticket ON comments (ticket_id, id);
CREATE INDEX comments_operation ON comments (operation_id, ticket_id);

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX journal_operation ON journal (operation_id, seq);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE seq = new.seq)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
