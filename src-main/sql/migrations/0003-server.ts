/**
 * What the server's APIs keep: who may use them (of a token only its SHA-256), under which key an operation was asked for, so that the same
 * request never starts a second one, and the secret that signs links.
 */
export const server = `
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer','agent','admin')),
  token_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  token_at INTEGER NOT NULL
) STRICT;

CREATE TABLE operation_keys (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
