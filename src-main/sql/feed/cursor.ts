import sql from 'sql-template-tag';
import { z } from 'zod';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Db } from '../open.ts';
import { wasRestoredAfter } from '../operations/journal.ts';
import { get } from '../statement.ts';

/** Digits of an entry's hash that a cursor keeps: enough to see that the journal is another one. */
const markLength = 16;

/**
 * How far a reader of a collection's changes has come. First it walks the live records by id (`walkedTo`, null when
 * that is done), then the journal: all entries up to `since` have been read, and of the next entry about records the
 * items up to `item`.
 */
export const FeedPosition = z.strictObject({
  collection: z.string(),
  walkedTo: z.int().min(0).nullable(),
  since: z.int().min(0),
  item: z.int().min(0),
});
export type FeedPosition = z.infer<typeof FeedPosition>;

const Cursor = FeedPosition.extend({ mark: z.string() });

/** A position as an opaque text, with a mark of the journal that it is about. */
export function cursorOf(db: Db, position: FeedPosition): string {
  const cursor: z.infer<typeof Cursor> = { ...position, mark: markOf(db, position.since) };
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/**
 * The position behind a cursor. Throws `invalid_request` for a text that is none, and `cursor_expired` where the journal
 * is not the one any more that the cursor was made from, or goes on from there in another way: a backup was put back. What
 * was changed and answered before that, and is undone by it, no entry tells. Nor does one tell of each record that is the
 * workspace's own since a remote was removed, or a copy once more.
 */
export function positionOf(db: Db, collection: string, text: string): FeedPosition {
  const cursor = parse(text);
  if (cursor?.collection !== collection)
    throw new BulkheadError('invalid_request', `This is not a cursor of ${collection}. Begin without one.`);
  const { mark, ...position } = cursor;
  if (markOf(db, position.since) !== mark || wasRestoredAfter(db, position.since))
    throw expired('The history of this workspace was replaced since this cursor was given out.');
  if (wasRemoteLeftAfter(db, position.since))
    throw expired(
      'Records have become those of this workspace, or of a remote, since this cursor was given out.',
    );
  return position;
}

/** True where a remote was removed after that entry, or added again. */
function wasRemoteLeftAfter(db: Db, seq: number): boolean {
  const isAgain = sql`EXISTS (SELECT 1 FROM journal r
    WHERE r.operation_id IS NULL AND r.event = 'remote_removed' AND r.detail ->> '$.name' = j.detail ->> '$.name')`;
  const left = sql`SELECT 1 FROM journal j WHERE j.operation_id IS NULL AND j.seq > ${seq}
    AND (j.event = 'remote_removed' OR j.event = 'remote_added' AND ${isAgain})`;
  return get<{ found: number }>(db, sql`SELECT EXISTS (${left}) AS found`)?.found === 1;
}

/** Whoever reads on would miss something, and has to begin anew. */
export function expired(why: string): BulkheadError {
  return new BulkheadError('cursor_expired', `${why} Begin again without a cursor.`);
}

function parse(text: string): z.infer<typeof Cursor> | undefined {
  try {
    return Cursor.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function markOf(db: Db, since: number): string {
  if (since === 0) return '';
  const entry = get<{ hash: string }>(db, sql`SELECT hash FROM journal WHERE seq = ${since}`);
  return entry?.hash.slice(0, markLength) ?? 'gone';
}
