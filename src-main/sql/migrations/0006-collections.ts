/**
 * Sessions, videos and orders beside the tickets, with the same first and last columns and indexes of the same kinds
 * (`0001-initial.ts` tells what each is for). A session's payload is a BLOB where it is packed (`records/packed.ts`). What was set up for the one list there was is now set up for tickets.
 */
export const collections = `
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  external_id TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL COLLATE NOCASE,
  title TEXT NOT NULL DEFAULT '',
  owner TEXT COLLATE NOCASE,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open','processing','closed','archived')),
  channel TEXT COLLATE NOCASE,
  messages INTEGER NOT NULL DEFAULT 0,
  exports INTEGER NOT NULL DEFAULT 0,
  payload ANY NOT NULL DEFAULT '' CHECK (typeof(payload) IN ('text','blob')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  version INTEGER NOT NULL,
  extra TEXT NOT NULL DEFAULT '{}',
  import_operation_id INTEGER,
  import_seq INTEGER
) STRICT;
CREATE INDEX sessions_narrow ON sessions (id, status, owner, channel, created_at, updated_at) WHERE deleted_at IS NULL;
CREATE INDEX sessions_status ON sessions (status) WHERE deleted_at IS NULL;
CREATE INDEX sessions_status_rank ON sessions (
  CASE status WHEN 'open' THEN 0 WHEN 'processing' THEN 1 WHEN 'closed' THEN 2 WHEN 'archived' THEN 3 END
) WHERE deleted_at IS NULL;
CREATE INDEX sessions_owner ON sessions (owner) WHERE deleted_at IS NULL;
CREATE INDEX sessions_channel ON sessions (channel) WHERE deleted_at IS NULL;
CREATE INDEX sessions_messages ON sessions (messages) WHERE deleted_at IS NULL;
CREATE INDEX sessions_exports ON sessions (exports) WHERE deleted_at IS NULL;
${indexesOf('sessions')}
${fullTextOf('sessions', 'title')}

CREATE TABLE videos (
  id INTEGER PRIMARY KEY,
  external_id TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL COLLATE NOCASE,
  title TEXT NOT NULL DEFAULT '',
  creator TEXT COLLATE NOCASE,
  status TEXT NOT NULL DEFAULT 'uploaded' CHECK (status IN ('uploaded','processing','ready','failed')),
  category TEXT COLLATE NOCASE,
  duration_s INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  has_transcript TEXT NOT NULL GENERATED ALWAYS AS (iif(coalesce(transcript, '') = '', 'no', 'yes')) VIRTUAL,
  transcript TEXT,
  file TEXT,
  thumbnail TEXT,
  chunks INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  version INTEGER NOT NULL,
  extra TEXT NOT NULL DEFAULT '{}',
  import_operation_id INTEGER,
  import_seq INTEGER
) STRICT;
CREATE INDEX videos_narrow ON videos (
  id, status, category, creator, has_transcript, created_at, updated_at
) WHERE deleted_at IS NULL;
CREATE INDEX videos_status ON videos (status) WHERE deleted_at IS NULL;
CREATE INDEX videos_status_rank ON videos (
  CASE status WHEN 'uploaded' THEN 0 WHEN 'processing' THEN 1 WHEN 'ready' THEN 2 WHEN 'failed' THEN 3 END
) WHERE deleted_at IS NULL;
CREATE INDEX videos_category ON videos (category) WHERE deleted_at IS NULL;
CREATE INDEX videos_creator ON videos (creator) WHERE deleted_at IS NULL;
CREATE INDEX videos_has_transcript ON videos (has_transcript) WHERE deleted_at IS NULL;
CREATE INDEX videos_has_transcript_rank ON videos (
  CASE has_transcript WHEN 'yes' THEN 0 WHEN 'no' THEN 1 END
) WHERE deleted_at IS NULL;
CREATE INDEX videos_duration_s ON videos (duration_s) WHERE deleted_at IS NULL;
CREATE INDEX videos_size_bytes ON videos (size_bytes) WHERE deleted_at IS NULL;
CREATE INDEX videos_chunks ON videos (chunks) WHERE deleted_at IS NULL;
${indexesOf('videos')}
${fullTextOf('videos', 'title')}

CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  external_id TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL COLLATE NOCASE,
  customer TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  status TEXT NOT NULL DEFAULT 'PENDING'
    CHECK (status IN ('PENDING','PROCESSING','SHIPPED','COMPLETED','CANCELLED')),
  total REAL NOT NULL DEFAULT 0,
  currency TEXT COLLATE NOCASE,
  items INTEGER NOT NULL DEFAULT 0,
  invoices INTEGER NOT NULL DEFAULT 0,
  is_locked TEXT NOT NULL DEFAULT 'no' CHECK (is_locked IN ('yes','no')),
  is_archived TEXT NOT NULL DEFAULT 'no' CHECK (is_archived IN ('yes','no')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  version INTEGER NOT NULL,
  extra TEXT NOT NULL DEFAULT '{}',
  import_operation_id INTEGER,
  import_seq INTEGER
) STRICT;
CREATE INDEX orders_narrow ON orders (
  id, status, customer, currency, is_locked, is_archived, created_at, updated_at
) WHERE deleted_at IS NULL;
CREATE INDEX orders_status ON orders (status) WHERE deleted_at IS NULL;
CREATE INDEX orders_status_rank ON orders (
  CASE status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'COMPLETED' THEN 3 WHEN 'CANCELLED' THEN 4 END
) WHERE deleted_at IS NULL;
CREATE INDEX orders_customer ON orders (customer) WHERE deleted_at IS NULL;
CREATE INDEX orders_total ON orders (total) WHERE deleted_at IS NULL;
CREATE INDEX orders_items ON orders (items) WHERE deleted_at IS NULL;
CREATE INDEX orders_invoices ON orders (invoices) WHERE deleted_at IS NULL;
${indexesOf('orders')}
${fullTextOf('orders', 'customer')}

UPDATE settings SET value = json_object('tickets', json(value))
  WHERE name = 'columns' AND json_valid(value) AND json_type(value) = 'array';
UPDATE settings SET value = (
    SELECT json_group_array(json_set(saved.value, '$.collection', 'tickets')) FROM json_each(settings.value) saved
  ) WHERE name = 'savedFilters' AND json_valid(value) AND json_type(value) = 'array';
`;

/** The indexes on the columns that every collection has. */
function indexesOf(table: string): string {
  return `
CREATE UNIQUE INDEX ${table}_origin ON ${table} (source, external_id COLLATE BINARY) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX ${table}_import ON ${table} (import_operation_id, import_seq) WHERE import_operation_id IS NOT NULL;
CREATE INDEX ${table}_key ON ${table} (external_id) WHERE deleted_at IS NULL;
CREATE INDEX ${table}_created_at ON ${table} (created_at) WHERE deleted_at IS NULL;
CREATE INDEX ${table}_updated_at ON ${table} (updated_at) WHERE deleted_at IS NULL;
CREATE INDEX ${table}_deleted_at ON ${table} (deleted_at) WHERE deleted_at IS NOT NULL;`;
}

/** The words of one column, kept in step by triggers. */
function fullTextOf(table: string, column: string): string {
  const forget = `INSERT INTO ${table}_fts (${table}_fts, rowid, ${column}) VALUES ('delete', old.id, old.${column});`;
  const add = `INSERT INTO ${table}_fts (rowid, ${column}) VALUES (new.id, new.${column});`;
  return `
CREATE VIRTUAL TABLE ${table}_fts USING fts5 (
  ${column}, content = '${table}', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER ${table}_fts_insert AFTER INSERT ON ${table} BEGIN ${add} END;
CREATE TRIGGER ${table}_fts_update AFTER UPDATE OF ${column} ON ${table} BEGIN ${forget} ${add} END;
CREATE TRIGGER ${table}_fts_delete AFTER DELETE ON ${table} BEGIN ${forget} END;`;
}
