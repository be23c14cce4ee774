import type { CollectionName } from '../../src-shared/collections/index.ts';
import { recordsHere, recordsThere } from '../builders/mirrored.ts';
import { readDatabase } from '../builders/tickets.ts';

/** A workspace with a copy of what another one has, and what the other one calls whoever it is told by. */
export interface Copied {
  readonly here: string;
  readonly there: string;
  readonly remote: string;
  readonly users: readonly string[];
}

/** What stands at either side, but for times, and for records of which the remote was not told all. */
export function contentsOf({ here, there, remote }: Copied, collection: CollectionName) {
  const untold = readDatabase(here, (db) =>
    db
      .prepare(
        `SELECT t.external_id FROM deliveries d JOIN operations o ON o.id = d.operation_id JOIN ${collection} t ON t.id = d.record_id
          WHERE o.collection = ? AND d.state IN ('unknown', 'cancelled')`,
      )
      .pluck()
      .all(collection),
  );
  const contents = (rows: ReturnType<typeof recordsHere>) =>
    [...rows]
      .filter(([key]) => !untold.includes(key))
      .map(([key, { createdAt: _, updatedAt: __, ...content }]) => [key, content]);
  return {
    here: contents(recordsHere(here, collection, remote)),
    there: contents(recordsThere(there, collection)),
  };
}

/** Comments that a ticket has more or less often there than it says here. */
export function mistoldComments({ here, there }: Copied): unknown[] {
  const rows = (folder: string, query: string) =>
    new Map(
      readDatabase(folder, (db) => db.prepare(query).raw().all() as [string, ...number[]][]).map(
        ([name, ...counts]) => [name, counts],
      ),
    );
  const found = rows(there, `SELECT ticket_id || ' ' || body, count(*) FROM comments GROUP BY 1`);
  const told = rows(
    here,
    `SELECT t.external_id || ' ' || (o.effect ->> '$.body'), sum(d.state = 'confirmed'), sum(d.state = 'unknown')
      FROM deliveries d JOIN operations o ON o.id = d.operation_id JOIN tickets t ON t.id = d.record_id
      WHERE o.effect ->> '$.kind' = 'comment' GROUP BY 1`,
  );
  return [...told].filter(([name, [confirmed = 0, unknown = 0]]) => {
    const [times = 0] = found.get(name) ?? [];
    return times < confirmed || times > confirmed + unknown;
  });
}

/** Records that were changed there for the console more often than it told that. */
export function changedTooOften({ here, there, users }: Copied, collection: CollectionName): unknown[] {
  const times = (folder: string, query: string, ...values: string[]) =>
    new Map(
      readDatabase(
        folder,
        (db) =>
          db
            .prepare(query)
            .raw()
            .all(collection, ...values) as [string, number][],
      ),
    );
  const found = times(
    there,
    `SELECT CAST(i.record_id AS TEXT), count(*) FROM items i JOIN operations o ON o.id = i.operation_id
      WHERE o.collection = ? AND o.actor IN (SELECT value FROM json_each(?)) AND i.state = 'done' GROUP BY 1`,
    JSON.stringify(users),
  );
  const told = times(
    here,
    `SELECT t.external_id, sum(d.attempts > 0) FROM deliveries d JOIN operations o ON o.id = d.operation_id
      JOIN ${collection} t ON t.id = d.record_id WHERE o.collection = ? GROUP BY 1`,
  );
  return [...found].filter(([key, count]) => count > (told.get(key) ?? 0));
}
