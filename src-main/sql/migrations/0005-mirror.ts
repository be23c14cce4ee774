/**
 * Systems whose records the workspace holds copies of. A mirror is the copy of one collection: `cursor` is where the next
 * page begins, and each walk from the beginning is an `epoch`, so that what the walk did not meet is known to be gone
 * (`is_sweeping`: it is being taken away). `mirror_records` has the version of each record that was last agreed on with
 * the remote; `beside` is what the remote says now while changes of ours are under way, `is_stale` that it is to be read
 * again, and `is_awaited` that its own word of a change of ours is still to come. A delivery carries the version that it
 * was made on, the same whenever it is sent again. `kept_changes` are those that are made again after a conflict, until
 * that has been started. `delivery_tallies` counts an operation's deliveries by state, and stays when retention removes
 * them. `paused` is a pause that the remote asked for, as JSON.
 */
export const mirror = `
CREATE TABLE remotes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  address TEXT NOT NULL,
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  is_offline INTEGER NOT NULL DEFAULT 0 CHECK (is_offline IN (0, 1)),
  paused TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mirrors (
  remote_id INTEGER NOT NULL REFERENCES remotes (id),
  collection TEXT NOT NULL,
  cursor TEXT,
  epoch INTEGER NOT NULL DEFAULT 1,
  is_whole INTEGER NOT NULL DEFAULT 0 CHECK (is_whole IN (0, 1)),
  is_sweeping INTEGER NOT NULL DEFAULT 0 CHECK (is_sweeping IN (0, 1)),
  refused INTEGER NOT NULL DEFAULT 0,
  pulled_at INTEGER,
  PRIMARY KEY (remote_id, collection)
) STRICT, WITHOUT ROWID;

CREATE TABLE mirror_records (
  remote_id INTEGER NOT NULL REFERENCES remotes (id),
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  is_stale INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
  is_awaited INTEGER NOT NULL DEFAULT 0 CHECK (is_awaited IN (0, 1)),
  beside TEXT,
  PRIMARY KEY (remote_id, collection, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mirror_records_record ON mirror_records (collection, record_id);
CREATE INDEX mirror_records_stale ON mirror_records (remote_id, collection) WHERE is_stale = 1;

CREATE TABLE conflicts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  remote_id INTEGER NOT NULL REFERENCES remotes (id),
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  collection TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  theirs TEXT,
  found_at INTEGER NOT NULL,
  UNIQUE (operation_id, seq)
) STRICT;
CREATE INDEX conflicts_record ON conflicts (collection, record_id);
CREATE INDEX conflicts_remote ON conflicts (remote_id, id);

CREATE TABLE kept_changes (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (operation_id, seq)
) STRICT, WITHOUT ROWID;

ALTER TABLE deliveries ADD COLUMN remote_version INTEGER;

CREATE TABLE delivery_tallies (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  state TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (operation_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_tallies SELECT operation_id, state, count(*) FROM deliveries GROUP BY operation_id, state;
CREATE TRIGGER deliveries_insert AFTER INSERT ON deliveries BEGIN
  INSERT INTO delivery_tallies VALUES (new.operation_id, new.state, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER deliveries_update AFTER UPDATE OF state ON deliveries WHEN new.state <> old.state BEGIN
  UPDATE delivery_tallies SET count = count - 1 WHERE operation_id = old.operation_id AND state = old.state;
  INSERT INTO delivery_tallies VALUES (new.operation_id, new.state, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
`;
