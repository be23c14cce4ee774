/**
 * Files that are about to be removed, written down before they are and forgotten in the transaction that takes their
 * record away; and the pieces of transcripts, which follow from a video's `transcript` and `chunks`, with their words.
 */
export const videoFiles = `
CREATE TABLE file_removals (
  operation_id INTEGER NOT NULL REFERENCES operations (id),
  seq INTEGER NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (operation_id, seq, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE video_chunks (
  id INTEGER PRIMARY KEY,
  video_id INTEGER NOT NULL REFERENCES videos (id),
  seq INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX video_chunks_video ON video_chunks (video_id, seq);
CREATE VIRTUAL TABLE video_chunks_fts USING fts5 (
  text, content = 'video_chunks', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER video_chunks_fts_insert AFTER INSERT ON video_chunks BEGIN
  INSERT INTO video_chunks_fts (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER video_chunks_fts_delete AFTER DELETE ON video_chunks BEGIN
  INSERT INTO video_chunks_fts (video_chunks_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;
`;
