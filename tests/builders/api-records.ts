import { changeDatabase, fillTickets, makeTickets } from './tickets.ts';

/** Orders 1..count straight in the database, made by `columns`. */
export function fillOrders(
  folder: string,
  count: number,
  columns: (
    id: number,
  ) => Partial<Record<'status' | 'is_locked' | 'is_archived', string>> & { invoices?: number },
): void {
  changeDatabase(folder, (db) => {
    const insert = db.prepare(
      `INSERT INTO orders (id, external_id, source, customer, status, is_locked, is_archived, invoices, created_at, updated_at, version)
        VALUES (@id, @id, 'test', 'Customer', @status, @is_locked, @is_archived, @invoices, 1, 1, 1)`,
    );
    db.transaction(() => {
      for (let id = 1; id <= count; id += 1)
        insert.run({
          id,
          status: 'PENDING',
          is_locked: 'no',
          is_archived: 'no',
          invoices: 0,
          ...columns(id),
        });
    })();
  });
}

/** Sessions 1..count straight in the database. */
export function fillSessions(folder: string, count: number, status: (id: number) => string): void {
  changeDatabase(folder, (db) => {
    const insert = db.prepare(
      `INSERT INTO sessions (id, external_id, source, title, owner, status, payload, created_at, updated_at, version)
        VALUES (@id, @id, 'test', 'Session ' || @id, 'mina', @status, 'What was said.', 1, 1, 1)`,
    );
    db.transaction(() => {
      for (let id = 1; id <= count; id += 1) insert.run({ id, status: status(id) });
    })();
  });
}

/** Videos 1..count straight in the database. */
export function fillVideos(
  folder: string,
  count: number,
  columns: (id: number) => { creator?: string; status?: string; transcript?: string | null },
): void {
  changeDatabase(folder, (db) => {
    const insert = db.prepare(
      `INSERT INTO videos (id, external_id, source, title, creator, status, transcript, created_at, updated_at, version)
        VALUES (@id, @id, 'test', 'Video ' || @id, @creator, @status, @transcript, 1, 1, 1)`,
    );
    db.transaction(() => {
      for (let id = 1; id <= count; id += 1)
        insert.run({ id, creator: 'mina', status: 'uploaded', transcript: null, ...columns(id) });
    })();
  });
}

/** A few records of every collection to begin with; the videos are of `creator`. */
export function fillEveryCollection(folder: string, creator: string): void {
  fillTickets(
    folder,
    makeTickets(12, () => ({ status: 'open' })),
  );
  fillOrders(folder, 8, () => ({ status: 'PENDING' }));
  fillSessions(folder, 8, () => 'open');
  fillVideos(folder, 8, () => ({ creator, transcript: 'What was said.' }));
}

/** Rows of a table by number, with these columns. */
export function readRows(
  folder: string,
  table: 'orders' | 'sessions' | 'videos',
  columns: string,
): Record<string, unknown>[] {
  return changeDatabase(
    folder,
    (db) => db.prepare(`SELECT ${columns} FROM ${table} ORDER BY id`).all() as Record<string, unknown>[],
  );
}
