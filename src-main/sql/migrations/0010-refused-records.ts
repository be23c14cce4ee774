/**
 * Records of a remote that are not here as they stand there, because the database refused them. Before, each change of
 * one was counted: where there were any, the copy is walked anew, which finds them.
 */
export const refusedRecords = `
CREATE TABLE refused_records (
  remote_id INTEGER NOT NULL REFERENCES remotes (id),
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (remote_id, collection, key)
) STRICT, WITHOUT ROWID;
UPDATE mirrors SET cursor = NULL, epoch = epoch + 1, is_whole = 0, is_sweeping = 0 WHERE refused > 0;
ALTER TABLE mirrors DROP COLUMN refused;
`;
