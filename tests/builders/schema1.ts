import { join } from 'node:path';
import Database from 'better-sqlite3';
import { initial } from '../../src-main/sql/migrations/0001-initial.ts';

const applicationId = 0x426c6b68;

/**
 * Fills a folder with a workspace as the first release left it: tickets, and operations on the first `itemsEach` of
 * them, each of several chunks; the last but one is paused half-way, and the last is a plan that was not started.
 */
export function makeSchema1(
  folder: string,
  { tickets, operations, itemsEach }: { tickets: number; operations: number; itemsEach: number },
): void {
  const db = new Database(join(folder, 'bulkhead.db'));
  try {
    db.pragma('journal_mode = WAL');
    db.exec(`${initial}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1;`);
    db.exec('BEGIN');
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO tickets (id, external_id, source, subject, description, status, priority, category, assignee, created_at,
         updated_at, version, extra)
       SELECT i, i, 'seed', 'Ticket ' || i, 'The customer cannot log in since the update, ' || i, 'open', 'low',
         'Category ' || i % 23, 'Agent ' || i % 41, 1000 + i, 2000 + i, 1, '{"language":"de"}' FROM n`,
    ).run(tickets);
    const operation = db.prepare(
      `INSERT INTO operations (id, action, collection, title, state, input, effect, forecast, actor, created_at, started_at,
          ended_at, last_seq, next_seq, is_sealed)
        VALUES (@id, 'assign', 'tickets', 'Assign to Mina', @state, '{"assignee":"Mina"}', '{"kind":"fields","fields":["assignee"]}',
          '{"durationMs":null,"reversible":true,"warnings":[]}', 'tester', 1, @startedAt, @endedAt, @last, @next, 1)`,
    );
    const items = db.prepare(
      `INSERT INTO items (operation_id, seq, record_id, state, base_version, before, after, attempts, finished_at)
        SELECT @id, id, id, iif(id < @next, 'done', 'planned'), 1, '{"assignee":null}', '{"assignee":"Mina"}', id < @next,
          iif(id < @next, 5, NULL) FROM tickets WHERE id <= @last`,
    );
    const entry = db.prepare('INSERT INTO journal (operation_id, at, event, detail) VALUES (?, ?, ?, ?)');
    for (let id = 1; id <= operations; id += 1) {
      const isDraft = id === operations;
      const state = isDraft ? 'draft' : id === operations - 1 ? 'paused' : 'completed';
      const done = state === 'completed' ? itemsEach : state === 'paused' ? Math.floor(itemsEach / 2) : 0;
      const startedAt = isDraft ? null : id * 100;
      operation.run({
        id,
        state,
        startedAt,
        endedAt: state === 'completed' ? id * 100 + 99 : null,
        last: itemsEach,
        next: done + 1,
      });
      items.run({ id, next: done + 1, last: itemsEach });
      if (isDraft) continue;
      entry.run(id, id * 100, 'started', '{}');
      const chunk = Math.ceil(itemsEach / 10);
      for (let from = 1; from <= done; from += chunk) {
        const toSeq = Math.min(from + chunk - 1, done);
        entry.run(
          id,
          id * 100 + 1,
          'chunk',
          JSON.stringify({ fromSeq: from, toSeq, done: toSeq - from + 1, failed: 0 }),
        );
      }
      entry.run(id, id * 100 + 99, state, '{}');
    }
    db.exec(`INSERT INTO tallies SELECT operation_id, state, '', count(*) FROM items GROUP BY 1, 2;
      INSERT INTO comments (ticket_id, body, is_internal, author, created_at) VALUES (1, 'Hello', 0, 'tester', 1);
      INSERT INTO settings VALUES ('theme', '"dark"');
      COMMIT`);
  } finally {
    db.close();
  }
}
