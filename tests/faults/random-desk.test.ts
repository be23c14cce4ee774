import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { type CollectionName, collectionNames } from '../../src-shared/collections/index.ts';
import { isFinal } from '../../src-shared/domain/operation.ts';
import { fillOrders, fillSessions, fillVideos } from '../builders/api-records.ts';
import { expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { recordsHere, recordsThere } from '../builders/mirrored.ts';
import { seed } from '../builders/property.ts';
import { fillTickets, makeTickets, readDatabase } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { randomFrom } from './harness.ts';
import { RandomDesk } from './random-desk.ts';
import { size } from './size.ts';

const sequences = size({ short: 1, long: 10 });
const steps = 40;
const patience = { timeout: 40_000, interval: 100 };

/** What stands at either side, but for times, and for records of which the remote was not told all. */
function contentsOf(desk: RandomDesk, collection: CollectionName) {
  const untold = readDatabase(desk.here, (db) =>
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
    here: contents(recordsHere(desk.here, collection, 'Desk')),
    there: contents(recordsThere(desk.there, collection)),
  };
}

/** Comments that a ticket has more or less often at the server than the console says. */
function mistoldComments(desk: RandomDesk): unknown[] {
  const rows = (folder: string, query: string) =>
    new Map(
      readDatabase(folder, (db) => db.prepare(query).raw().all() as [string, ...number[]][]).map(
        ([name, ...counts]) => [name, counts],
      ),
    );
  const there = rows(desk.there, `SELECT ticket_id || ' ' || body, count(*) FROM comments GROUP BY 1`);
  const told = rows(
    desk.here,
    `SELECT t.external_id || ' ' || (o.effect ->> '$.body'), sum(d.state = 'confirmed'), sum(d.state = 'unknown')
      FROM deliveries d JOIN operations o ON o.id = d.operation_id JOIN tickets t ON t.id = d.record_id
      WHERE o.effect ->> '$.kind' = 'comment' GROUP BY 1`,
  );
  return [...told].filter(([name, [confirmed = 0, unknown = 0]]) => {
    const [times = 0] = there.get(name) ?? [];
    return times < confirmed || times > confirmed + unknown;
  });
}

/** Records that the server changed for the console more often than the console told it to. */
function changedTooOften(desk: RandomDesk, collection: CollectionName): unknown[] {
  const times = (folder: string, query: string) =>
    new Map(readDatabase(folder, (db) => db.prepare(query).raw().all(collection) as [string, number][]));
  const there = times(
    desk.there,
    `SELECT CAST(i.record_id AS TEXT), count(*) FROM items i JOIN operations o ON o.id = i.operation_id
      WHERE o.collection = ? AND o.actor IN ('mina', 'omar') AND i.state = 'done' GROUP BY 1`,
  );
  const told = times(
    desk.here,
    `SELECT t.external_id, sum(d.attempts > 0) FROM deliveries d JOIN operations o ON o.id = d.operation_id
      JOIN ${collection} t ON t.id = d.record_id WHERE o.collection = ? GROUP BY 1`,
  );
  return [...there].filter(([key, count]) => count > (told.get(key) ?? 0));
}

async function expectAgreement(random: () => number, isRestored: boolean): Promise<void> {
  const [here, there] = [makeFolder(), makeFolder()];
  fillTickets(
    there,
    makeTickets(12, () => ({ status: 'open' })),
  );
  fillOrders(there, 8, () => ({ status: 'PENDING' }));
  fillSessions(there, 8, () => 'open');
  fillVideos(there, 8, () => ({ creator: 'mina', transcript: 'What was said.' }));
  const desk = new RandomDesk(here, there, random);
  await desk.open();
  try {
    for (let at = 0; at < steps; at += 1)
      await (isRestored && random() < 0.1 ? desk.restoreThere() : desk.step());
    const rest = async () => {
      await desk.settleDown();
      const open = (await desk.operations()).filter(({ state }) => !isFinal(state)).map(({ id }) => id);
      const { state, waiting, conflicts, message } = await desk.remote();
      return { open, state, waiting, conflicts, message };
    };
    const atRest = { open: [], state: 'ready', waiting: 0, conflicts: 0, message: null };
    await expect.poll(rest, patience).toEqual(atRest);
    for (const collection of collectionNames)
      await expect
        .poll(() => contentsOf(desk, collection), patience)
        .toSatisfy((found: ReturnType<typeof contentsOf>) => isDeepStrictEqual(found.here, found.there));
    if (!isRestored) {
      expect(mistoldComments(desk)).toEqual([]);
      for (const collection of collectionNames) expect(changedTooOften(desk, collection)).toEqual([]);
    }
    for (const one of await desk.operations()) expectEnded(here, one);
  } catch (error) {
    process.stdout.write(`${desk.log.join('\n')}\n`);
    throw error;
  } finally {
    await desk.close();
  }
  expectHistoryHolds(here);
  for (const folder of [here, there]) removeFolder(folder);
}

const numbers = Array.from({ length: sequences }, (_, nth) => nth);

it.each(numbers)(
  'edits, faults of the network and restarts: the copy is what the server has, and no comment is lost or doubled (%i)',
  (nth) => expectAgreement(randomFrom(seed + nth), false),
  120_000,
);

it.each(numbers)(
  'the same with a server that is restored now and then: the copy is what it has (%i)',
  (nth) => expectAgreement(randomFrom(seed + nth), true),
  120_000,
);
