import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import { canUndo, type Operation } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectEnded } from '../../builders/books.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type EffectAnswer, type EffectServer, startEffectServer } from '../../fakes/effect-server.ts';
import { createHttpRemote } from '../../fakes/http-remote.ts';

let folder: string;
let app: TestConsole;
let server: EffectServer;
/** What the remote says to a change instead of making it. */
let judge: (delivery: Delivery) => Omit<EffectAnswer, 'key'> | null;
/** What its answers wait for. */
let answered: Promise<void>;
/** Comments there, by record: how many of those that were made are not hidden. */
let there: Map<string, number>;

beforeEach(async () => {
  folder = makeFolder();
  fillTickets(
    folder,
    makeTickets(4, () => ({ source: 'desk' })),
  );
  judge = () => null;
  answered = Promise.resolve();
  there = new Map();
  server = await startEffectServer({
    honoursKeys: false,
    judge: (delivery) => judge(delivery),
    treat: () => ({ answered }),
  });
  server.onEffect(({ delivery: { recordKey, change } }) => {
    const more = change.kind === 'comment' || (change.kind === 'comment_visibility' && change.isVisible);
    there.set(recordKey, (there.get(recordKey) ?? 0) + (more ? 1 : -1));
  });
  const remote = createHttpRemote(server.url, {
    idempotency: 'natural',
    settleMs: 20,
    batchMax: 1,
    concurrency: 1,
  });
  app = await openTestConsole(folder, systemClock, systemTimer, new Map([['desk', remote]]));
});
afterEach(async () => {
  await app.close();
  await server.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

async function run({ id }: Operation): Promise<Operation> {
  const retry = { attempts: 3, baseMs: 1, maxMs: 5 };
  await app.ask('operations.start', { id, options: RunOptions.parse({ retry }) });
  const ended = await app.ended(id);
  expectEnded(folder, ended);
  return ended;
}

function plan(): Promise<Operation> {
  const input = { comment: 'Hello' };
  const selection = everyTicket;
  return app.ask('operations.plan', { action: 'add_comment', collection: 'tickets', selection, input });
}

const comment = async () => run(await plan());

const undo = async ({ id }: Operation) => run(await app.ask('operations.undo', { id }));
const retry = async ({ id }: Operation) => run(await app.ask('operations.retry', { id }));

/** Comments that are seen here, by record. */
function here(): Map<string, number> {
  const rows = readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT t.external_id AS key, count(*) AS count FROM comments c JOIN tickets t ON t.id = c.ticket_id
          WHERE c.hidden_at IS NULL GROUP BY t.id ORDER BY t.id`,
      )
      .all(),
  ) as { key: string; count: number }[];
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/** Refuses what it is told of these records. */
function refuse(...keys: string[]): void {
  judge = ({ recordKey }) => (keys.includes(recordKey) ? { result: 'refused', code: 'locked' } : null);
}

const onEach = (...keys: string[]) => new Map(keys.map((key) => [key, 1]));

it('a comment that is refused there does not stand here; a retry adds it once, here and there', async () => {
  refuse('2', '4');
  const first = await comment();
  expect(first).toMatchObject({ state: 'partial', delivery: { confirmed: 2, refused: 2 } });
  expect(here()).toEqual(onEach('1', '3'));
  refuse('4');
  const second = await retry(first);
  expect(second).toMatchObject({ state: 'partial', delivery: { confirmed: 1, refused: 1 } });
  expect(here()).toEqual(onEach('1', '2', '3'));
  expect(there).toEqual(here());
  refuse();
  const third = await retry(second);
  expect(third.state).toBe('completed');
  expect(here()).toEqual(onEach('1', '2', '3', '4'));
  expect(there).toEqual(here());
  const inVain = await app.ask('operations.retry', { id: first.id });
  expect(inVain.tallies).toEqual([{ state: 'skipped', reason: 'already_so', count: 2 }]);

  // Each is taken back for what stands of it, and put back for that.
  const undone = await undo(first);
  expect(undone.delivery).toMatchObject({ confirmed: 2, refused: 0 });
  expect(here()).toEqual(onEach('2', '4'));
  for (const one of [second, third]) await undo(one);
  expect(here()).toEqual(new Map());
  await undo(undone);
  expect(here()).toEqual(onEach('1', '3'));
  expect([...there.values()]).toEqual([1, 1, 0, 0]);
  expect(server.effects).toEqual(new Map([...there].map(([key, left]) => [key, left === 1 ? 3 : 2])));
});

it('a comment that is not hidden there stands here, and its operation can be undone once more', async () => {
  const added = await comment();
  judge = ({ change, recordKey }) =>
    change.kind === 'comment_visibility' && recordKey === '2' ? { result: 'refused', code: 'locked' } : null;
  const undone = await undo(added);
  expect(undone).toMatchObject({ state: 'partial', delivery: { confirmed: 3, refused: 1 } });
  expect(here()).toEqual(onEach('2'));
  const left = await app.ask('operations.get', { id: added.id });
  expect(left.undone).toBe(3);
  expect(canUndo(left)).toBe(true);
  judge = () => null;
  const again = await undo(added);
  expect(again.delivery).toMatchObject({ confirmed: 1 });
  expect(here()).toEqual(new Map());
  expect((await app.ask('operations.get', { id: added.id })).undone).toBe(4);
  expect([...there.values()]).toEqual([0, 0, 0, 0]);
});

it('a comment that never came there is taken back here though nobody hides it there', async () => {
  const held = Promise.withResolvers<void>();
  answered = held.promise;
  const { id } = await plan();
  await app.ask('operations.start', { id });
  await expect.poll(() => server.requests.length).toBe(1);
  await app.ask('operations.cancel', { id });
  held.resolve();
  const cancelled = await app.ended(id);
  expect(cancelled).toMatchObject({ delivery: { confirmed: 1, cancelled: 3 } });
  expect(here()).toEqual(onEach('1', '2', '3', '4'));
  refuse('1', '2', '3', '4');
  await undo(cancelled);
  expect(here()).toEqual(onEach('1'));
  expect([...there]).toEqual([['1', 1]]);
});

it('a comment that met a change there overwrites nothing: it is told again, and is in no conflict', async () => {
  let met = 0;
  judge = ({ recordKey }) => {
    if (recordKey !== '2' || met > 0) return null;
    met += 1;
    return { result: 'stale' };
  };
  const added = await comment();
  expect(added).toMatchObject({ state: 'completed', delivery: { confirmed: 4, conflict: 0 } });
  expect(here()).toEqual(onEach('1', '2', '3', '4'));
  expect(there).toEqual(here());
});
