import { expect, it } from 'vitest';
import { expectBooksBalance, expectHistoryHolds } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { pick, randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { readDatabase } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import type { Fault } from './fault.ts';
import type { MirrorErrand } from './mirror-child.ts';
import { runDespite } from './mirror-harness.ts';
import { type Served, serve, startServer } from './served.ts';
import { size } from './size.ts';

const random = randomFrom(seed);
const upTo = (n: number) => 1 + Math.floor(random() * n);
const count = size({ short: 240, long: 5_000 });
const consoleKills = size({ short: 2, long: 50 });
const serverKills = size({ short: 1, long: 20 });
/** So few at a time that no ticket is in flight at two kills: then nobody could say whether it has got the comment. */
const atOnce = 12;

const exchange = { thread: 'writer', kind: 'statement', method: 'exchangeDeliveries' } as const;
const howKilled = (): Fault['how'] => (random() < 0.5 ? 'kill' : 'kill-after');

/** After an intent, before or after an outcome is written down, or while the console hears of what the server made of it. */
function consoleDeath(): Fault {
  const places: Fault[] = [
    { thread: 'main', kind: 'answer', method: 'exchangeDeliveries', nth: upTo(8), how: 'kill' },
    { ...exchange, text: 'UPDATE deliveries AS d SET state', nth: upTo(4), how: 'kill' },
    { ...exchange, text: 'COMMIT', nth: 1 + upTo(4), how: 'kill-after' },
    { thread: 'writer', kind: 'statement', method: 'applyPage', nth: upTo(10), how: howKilled() },
  ];
  return pick(places, random);
}

/** At any statement, so that all of them come before three quarters of the operation are told. */
function serverDeath(): Fault {
  return { thread: 'writer', kind: 'statement', nth: upTo(count / serverKills), how: howKilled() };
}

/**
 * Serves a workspace at a port, in one process after the other, each killed in its way; answers the last one, which stays,
 * and how many were killed before all was told.
 */
async function serveDespite(
  { folder, port, deaths }: { folder: string; port: number; deaths: readonly Fault[] },
  told: Promise<unknown>,
): Promise<{ killed: number; last: Served }> {
  let killed = 0;
  for (const death of deaths) {
    const child = startServer(folder, port, death);
    const gone = await Promise.race([child.gone, told.then(() => null)]);
    if (gone === null) {
      child.kill();
      await child.gone;
      break;
    }
    if (!gone.isKilled) throw new Error(`${JSON.stringify(gone.lines)} ${gone.errors}`);
    killed += 1;
  }
  return { killed, last: await serve(folder, port) };
}

/** How many tickets of the server have so many comments, and so many items that say that they got one. */
function commentsAt(there: string): unknown[] {
  return readDatabase(there, (db) =>
    db
      .prepare(
        `SELECT c.times, d.times, count(*) FROM tickets t
          LEFT JOIN (SELECT ticket_id, count(*) AS times FROM comments GROUP BY 1) c ON c.ticket_id = t.id
          LEFT JOIN (SELECT record_id, count(*) AS times FROM items WHERE state = 'done' GROUP BY 1) d ON d.record_id = t.id
          GROUP BY 1, 2`,
      )
      .raw()
      .all(),
  );
}

function expectBooksHold(folder: string): void {
  const ids = readDatabase(folder, (db) => db.prepare('SELECT id FROM operations').pluck().all()) as number[];
  for (const id of ids) expectBooksBalance(folder, id);
  expectHistoryHolds(folder);
}

it('a server has each comment of an operation once, though it and the console are killed again and again', async ({
  onTestFinished,
}) => {
  const [there, here] = [makeFolder(), makeFolder()];
  onTestFinished(() => [there, here].forEach(removeFolder));
  seedTickets(there, count);
  const first = await serve(there);
  const errand: MirrorErrand = {
    folder: here,
    url: first.url,
    token: await first.user('robot', 'agent'),
    change: null,
    mortal: { attempts: 20, atOnce },
  };
  await runDespite(errand, []);
  await first.close();

  const told = runDespite(
    { ...errand, change: { action: 'add_comment', input: { comment: 'Once' } } },
    Array.from({ length: consoleKills }, consoleDeath),
  );
  const deaths = Array.from({ length: serverKills }, serverDeath);
  const { killed, last } = await serveDespite({ folder: there, port: first.port, deaths }, told);
  expect(await told).toEqual({ state: 'completed', killed: consoleKills });
  expect(killed).toBe(serverKills);
  await last.close();
  expect(commentsAt(there)).toEqual([[1, 1, count]]);
  const deliveries = readDatabase(here, (db) =>
    db.prepare('SELECT state, code, count(*) FROM deliveries GROUP BY 1, 2').raw().all(),
  );
  expect(deliveries).toEqual([['confirmed', null, count]]);
  for (const folder of [there, here]) expectBooksHold(folder);
}, 600_000);
