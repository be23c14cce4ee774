import { join } from 'node:path';
import { openWriter } from '../../src-main/sql/open.ts';

/** The moment from which seeded times count back. */
const seedNowMs = Date.UTC(2026, 0, 15, 12);

/**
 * Fills a workspace with tickets straight in its database, in seconds for a million: numbers 1..count, every
 * status, priority and category in turn, a minute apart and the last one at that moment, each updated within three weeks of its creation.
 */
export function seedTickets(folder: string, count: number): void {
  const db = openWriter(join(folder, 'bulkhead.db'));
  try {
    db.exec('DROP TRIGGER tickets_fts_insert');
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)
       INSERT INTO tickets (id, external_id, source, subject, description, status, priority, category, assignee, requester,
         channel, product, created_at, updated_at, version, extra)
       SELECT i, i, 'seed', 'Ticket ' || i || ' about ' || subject.word, description.words,
         (SELECT value FROM json_each('["new","open","open","open","pending","on_hold","solved","closed"]') WHERE key = i * 2654435761 % 8),
         (SELECT value FROM json_each('["low","medium","medium","high","critical"]') WHERE key = i * 40503 % 5),
         iif(i % 11 = 0, NULL, 'Category ' || (i % 23)), iif(i % 5 = 0, NULL, 'Agent ' || (i * 7 % 41)),
         'Customer ' || (i * 13 % 50021), (SELECT value FROM json_each('["Email","Phone","Chat","Web"]') WHERE key = i % 4),
         'Product ' || (i % 17), $now - ($count - i) * 60000, $now - ($count - i) * 60000 + min(($count - i) * 60000, i * 7919 % 30011 * 60000), 1, '{}'
       FROM n
       JOIN (SELECT key, value AS word FROM json_each('["refund","login","invoice","delivery","password","crash","upgrade"]')) subject
         ON subject.key = i % 7
       JOIN (SELECT key, value AS words FROM json_each('["The customer cannot log in since the update and asks for help.","Please send the refund for the last order as promised by phone.","The parcel arrived damaged and the box was open on one side.","Invoice shows the wrong address and the wrong tax number."]')) description
         ON description.key = i % 4
       ORDER BY i`,
    ).run({ count, now: seedNowMs });
    db.exec(`INSERT INTO tickets_fts (tickets_fts) VALUES ('rebuild')`);
    db.exec(`CREATE TRIGGER tickets_fts_insert AFTER INSERT ON tickets BEGIN
      INSERT INTO tickets_fts (rowid, subject, description) VALUES (new.id, new.subject, new.description);
    END`);
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}
