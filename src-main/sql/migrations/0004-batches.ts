/**
 * What is told in one request stays together until it is settled: a batch is made of `seqs` (JSON) for ever, whatever
 * becomes of them one by one, and `cursor` is how far the remote has come with it.
 */
export const batches = `
CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  remote TEXT NOT NULL,
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  seqs TEXT NOT NULL,
  cursor TEXT
) STRICT;
CREATE INDEX batches_operation ON batches (operation_id);
ALTER TABLE deliveries ADD COLUMN batch_id INTEGER;
`;
