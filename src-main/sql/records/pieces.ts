import sql, { type Sql } from 'sql-template-tag';
import { pieceCount, piecesOf } from '../../../src-shared/domain/text-pieces.ts';
import type { Db } from '../open.ts';
import { run } from '../statement.ts';
import type { Table } from './table.ts';

/** Teaches a connection to cut transcripts. */
export function addPieces(db: Db): void {
  db.function('pieces', { deterministic: true }, (text) => JSON.stringify(piecesOf(String(text ?? ''))));
  db.function('piece_count', { deterministic: true }, pieceCount);
}

/** True where words are looked for in pieces of long texts as well. */
export function hasPieces(table: Table): boolean {
  return table.name === 'videos';
}

/**
 * Makes the pieces of these videos afresh, with their words: those of the transcript where `chunks` counts some, else
 * none. They follow from these fields alone, so that undo needs nothing else. `ids` is a query of their numbers.
 */
export function renewPieces(db: Db, table: Table, ids: Sql): void {
  if (!hasPieces(table)) return;
  run(db, sql`DELETE FROM video_chunks WHERE video_id IN (${ids})`);
  run(
    db,
    sql`INSERT INTO video_chunks (video_id, seq, text)
      SELECT t.id, p.key + 1, p.value FROM videos t JOIN json_each(pieces(t.transcript)) p
      WHERE t.id IN (${ids}) AND t.chunks > 0 ORDER BY t.id, p.key`,
  );
}
