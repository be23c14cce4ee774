import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { checkHistory } from '../../src-main/sql/evidence/evidence-check.ts';
import type { Db } from '../../src-main/sql/open.ts';
import { finishOperation } from '../../src-main/sql/operations/apply.ts';
import { insertDraft, sealDraft } from '../../src-main/sql/operations/drafts.ts';
import { appendJournal } from '../../src-main/sql/operations/journal.ts';
import { moveOperation } from '../../src-main/sql/operations/operation-changes.ts';
import { addTally } from '../../src-main/sql/operations/tallies.ts';
import { run } from '../../src-main/sql/statement.ts';
import { seedTickets } from './seed.ts';
import { changeDatabase, everyTicket, readDatabase } from './tickets.ts';
import { openTestConsole } from './workspace.ts';

/** A history of most that can become of operations, in a workspace of so many tickets. Closes it again. */
export async function makeHistory(folder: string, count: number): Promise<void> {
  seedTickets(folder, count);
  const app = await openTestConsole(folder);
  const plan = (action: string, input: Record<string, unknown>) =>
    app.ask('operations.plan', { action, collection: 'tickets', selection: everyTicket, input });
  const solved = await app.run(await plan('update_status', { status: 'solved' }));
  await app.run(await app.ask('operations.undo', { id: solved.id }));
  const stale = await plan('update_category', { category: '"Quoted" and 😀' });
  await app.run(await plan('update_priority', { priority: 'low' }));
  const failed = await app.run(stale);
  await app.run(await app.ask('operations.retry', { id: failed.id }));
  await app.run(await plan('add_comment', { comment: 'Sorry, and thank you.' }));
  const target = app.handle(join(folder, 'out.csv'));
  await app.run(await plan('export', { columns: ['id', 'subject'], target }));
  const file = join(folder, 'in.csv');
  writeFileSync(
    file,
    `id,subject,status\n${Array.from({ length: 90 }, (_, at) => `9${at},=New ${at},open`).join('\n')}\n,no id,open\n`,
  );
  const handle = app.handle(file);
  const { proposed } = await app.ask('imports.inspect', { handle });
  await app.run(await app.ask('imports.plan', { handle, mapping: proposed }));
  const left = await plan('assign', { assignee: 'Mina' });
  await app.ask('operations.start', { id: left.id });
  await app.ask('operations.cancel', { id: left.id });
  await app.ended(left.id);
  await app.ask('operations.dismiss', { id: failed.id });
  await app.ask('operations.pin', { id: solved.id, isPinned: true });
  await app.close();
}

/** Items per chunk that is vouched for. */
const chunkSize = 10_000;

/**
 * Writes an operation of so many items straight into a workspace's history, in seconds for a million, with entries and
 * hashes as the product makes them. Answers its id. There need be no tickets for it.
 */
export function seedOperation(folder: string, count: number, nowMs = 1_760_000_000_000): number {
  return changeDatabase(folder, (db) => db.transaction(() => insertOperation(db, count, nowMs))());
}

/** The same of so many operations on one ticket each. */
export function seedOperations(folder: string, count: number, nowMs = 1_760_000_000_000): void {
  changeDatabase(folder, (db) =>
    db.transaction(() => {
      for (let made = 0; made < count; made += 1) insertOperation(db, 1, nowMs);
    })(),
  );
}

function insertOperation(db: Db, count: number, nowMs: number): number {
  const id = insertDraft(db, {
    action: 'update_status',
    collection: 'tickets',
    title: 'Set status to Solved',
    details: [],
    selection: null,
    input: { status: 'solved' },
    effect: { kind: 'fields', fields: ['status'] },
    actor: 'tester',
    nowMs,
    undoOf: null,
    retryOf: null,
  });
  run(
    db,
    sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      INSERT INTO items (operation_id, seq, record_id, state, base_version, before, after, attempts, finished_at)
      SELECT ${id}, i, i, 'done', 1, json_object('status', 'open'), '{"status":"solved"}', 1, ${nowMs} + i / 200 FROM n`,
  );
  run(db, sql`UPDATE operations SET last_seq = ${count} WHERE id = ${id}`);
  addTally(db, id, { state: 'done', reason: null, count });
  sealDraft(db, { id, reversible: true, warnings: [] });
  moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs, event: 'started' });
  moveOperation(db, { id, from: ['pending'], to: 'in_progress', nowMs, event: 'running' });
  for (let fromSeq = 1; fromSeq <= count; fromSeq += chunkSize) {
    const items = { fromSeq, toSeq: Math.min(fromSeq + chunkSize - 1, count) };
    run(db, sql`UPDATE operations SET next_seq = ${items.toSeq + 1} WHERE id = ${id}`);
    const detail = { ...items, done: items.toSeq - fromSeq + 1, failed: 0, tookMs: 80 };
    appendJournal(db, { operationId: id, at: nowMs, event: 'chunk', detail, items });
  }
  finishOperation(db, { operationId: id, nowMs: nowMs + count });
  return id;
}

/** Checks the history of a workspace as the console does, and answers what is not as it was written. */
export function checkWorkspace(folder: string): NonNullable<ReturnType<typeof checkHistory>> {
  return readDatabase(folder, (db) => {
    db.exec('BEGIN');
    const findings = checkHistory(db, { isStopped: () => false, onProgress: () => undefined });
    if (!findings) throw new Error('nobody stopped it');
    return findings;
  });
}
