import { join } from 'node:path';
import { type Db, openReader, openWriter } from '../../src-main/sql/open.ts';
import type { Selection } from '../../src-shared/domain/selection.ts';

/** Columns of a ticket, as the table has them. */
export interface TicketColumns {
  id: number;
  external_id: string;
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
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  version: number;
}

const names = [
  'id',
  'external_id',
  'source',
  'subject',
  'description',
  'status',
  'priority',
  'category',
  'assignee',
  'requester',
  'channel',
  'product',
  'created_at',
  'updated_at',
  'deleted_at',
  'version',
] as const satisfies readonly (keyof TicketColumns)[];

/** A ticket with defaults for what does not matter. */
export function makeTicket(id: number, columns: Partial<TicketColumns> = {}): TicketColumns {
  return {
    id,
    external_id: String(id),
    source: 'test',
    subject: `Ticket ${id}`,
    description: 'A description.',
    status: 'open',
    priority: 'medium',
    category: null,
    assignee: null,
    requester: null,
    channel: null,
    product: null,
    created_at: 1_000 + id,
    updated_at: 2_000 + id,
    deleted_at: null,
    version: 1,
    ...columns,
  };
}

export function insertTickets(db: Db, tickets: readonly TicketColumns[]): void {
  const insert = db.prepare(
    `INSERT INTO tickets (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
  );
  db.transaction(() => {
    for (const ticket of tickets) insert.run(ticket);
  })();
}

/** `count` tickets, numbers 1..count, made by `columns`. */
export function makeTickets(
  count: number,
  columns: (id: number) => Partial<TicketColumns> = () => ({}),
): TicketColumns[] {
  return Array.from({ length: count }, (_, at) => makeTicket(at + 1, columns(at + 1)));
}

/** Lets `use` write to a workspace's database behind the console's back. */
export function changeDatabase<T>(folder: string, use: (db: Db) => T): T {
  const db = openWriter(join(folder, 'bulkhead.db'));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

export function readDatabase<T>(folder: string, use: (db: Db) => T): T {
  const db = openReader(join(folder, 'bulkhead.db'));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

export function fillTickets(folder: string, tickets: readonly TicketColumns[]): void {
  changeDatabase(folder, (db) => insertTickets(db, tickets));
}

/** Makes these the only tickets of a workspace, whatever a test before has left there. Its history stays. */
export function replaceTickets(folder: string, tickets: readonly TicketColumns[]): void {
  changeDatabase(folder, (db) => {
    db.exec('DROP TRIGGER IF EXISTS refuse; DELETE FROM comments; DELETE FROM tickets');
    insertTickets(db, tickets);
  });
}

/** Every ticket in full, by number. */
export function allTickets(folder: string): TicketColumns[] {
  return readDatabase(
    folder,
    (db) => db.prepare(`SELECT ${names.join(', ')} FROM tickets ORDER BY id`).all() as TicketColumns[],
  );
}

/** What a user can see and change of every ticket: all but how often and when it was touched. */
export function contents(folder: string): Omit<TicketColumns, 'version' | 'updated_at'>[] {
  return allTickets(folder).map(({ version: _version, updated_at: _updatedAt, ...rest }) => rest);
}

export const everyTicket: Selection = {
  mode: 'filter',
  filter: { conditions: [], text: '', deleted: false },
  except: [],
};

export function theseTickets(...ids: number[]): Selection {
  return { mode: 'ids', ids };
}
