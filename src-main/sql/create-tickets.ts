import sql from 'sql-template-tag';
import type { Chunk } from './apply.ts';
import type { Db } from './open.ts';
import { all, prepared } from './statement.ts';

interface PlannedTicket {
  seq: number;
  after: string;
  payload: string;
}

interface NewTicket {
  key: string;
  source: string;
  subject: string;
  description: string;
  status: string;
  priority: string;
  category: string | null;
  assignee: string | null;
  requester: string | null;
  channel: string | null;
  product: string | null;
  createdAt: number;
  updatedAt: number;
}

const insertTicket = `INSERT INTO tickets (id, external_id, source, subject, description, status, priority, category,
    assignee, requester, channel, product, created_at, updated_at, version, extra)
  VALUES ((SELECT :number WHERE :number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tickets WHERE id = :number)), :key, :source,
    :subject, :description, :status, :priority, :category, :assignee, :requester, :channel, :product, :createdAt, :updatedAt, 1,
    :extra)`;

/**
 * Turns the planned items of a chunk into tickets. A ticket keeps its number where that is free. One that has come
 * into the workspace since the plan fails as a duplicate, alone.
 */
export function createTickets(db: Db, chunk: Chunk): void {
  const items = all<PlannedTicket>(
    db,
    sql`SELECT seq, after, payload FROM items WHERE operation_id = ${chunk.operationId}
      AND seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq} AND state = 'planned' ORDER BY seq`,
  );
  const insert = prepared(db, insertTicket);
  const insertHistory = prepared(db, 'INSERT INTO ticket_histories (ticket_id, events) VALUES (?, ?)');
  const finish = prepared(
    db,
    `UPDATE items SET state = ?, reason = ?, record_id = ?, base_version = 0, attempts = attempts + 1, finished_at = ?
      WHERE operation_id = ? AND seq = ?`,
  );
  for (const item of items) {
    const ticket = JSON.parse(item.after) as NewTicket;
    const { extra, events } = JSON.parse(item.payload) as { extra: string; events: string | null };
    let outcome: ['done', null, number] | ['failed', 'duplicate', null];
    try {
      const { lastInsertRowid } = insert.run({ ...ticket, number: numberOf(ticket.key), extra });
      if (events !== null) insertHistory.run(lastInsertRowid, events);
      outcome = ['done', null, Number(lastInsertRowid)];
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      outcome = ['failed', 'duplicate', null];
    }
    finish.run(...outcome, chunk.nowMs, chunk.operationId, item.seq);
  }
}

function numberOf(key: string): number | null {
  return /^[1-9]\d{0,14}$/.test(key) ? Number(key) : null;
}
