import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { recordsHere, recordsThere } from '../builders/mirrored.ts';
import { everyTicket } from '../builders/tickets.ts';
import { answerOf as ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';

/** What goes over the network between two processes may take a while. */
const patience = { timeout: 60_000, interval: 250 };
const count = 5_000;
const edited = 50;
let there: ServedConsole;
let here: ServedConsole;
let remove: (() => void)[];

beforeEach(async () => {
  const places = [temporaryWorkspace(), temporaryWorkspace()];
  remove = places.map((place) => place.remove);
  const [first = '', second = ''] = places.map(({ workspace }) => workspace);
  there = await serve(first, '--port', '0', '--sample', String(count));
  here = await serve(second, '--port', '0');
});
afterEach(async () => {
  await Promise.all([there.stop(), here.stop()]);
  for (const one of remove) one();
});

async function start(console: ServedConsole, draft: Operation): Promise<number> {
  return (await ask(console, 'operations.start', { id: draft.id })).id;
}

function ended(console: ServedConsole, id: number) {
  return expect
    .poll(async () => (await ask(console, 'operations.get', { id })).endedAt !== null, patience)
    .toBe(true);
}

async function expectEqual(): Promise<void> {
  await expect
    .poll(() => recordsHere(here.workspace, 'tickets', 'Desk'), patience)
    .toEqual(recordsThere(there.workspace, 'tickets'));
}

function assignTo(assignee: string, ids?: number[]) {
  const selection = ids ? { mode: 'ids' as const, ids } : everyTicket;
  return { action: 'assign', collection: 'tickets' as const, selection, input: { assignee } };
}

it('two processes: 5,000 tickets changed offline, 50 of them changed at the server meanwhile, decided and taken back', async () => {
  const { token } = await ask(there, 'users.save', { name: 'robot', role: 'agent' });
  const beganMs = performance.now();
  const { id } = await ask(here, 'remotes.add', {
    name: 'Desk',
    address: new URL(there.url).origin,
    token: token ?? '',
    collections: ['tickets'],
  });
  await expect
    .poll(async () => (await ask(here, 'remotes.list', {})).remotes[0]?.state, patience)
    .toBe('ready');
  process.stdout.write(`pulled ${count} in ${Math.round(performance.now() - beganMs)} ms\n`);
  await expectEqual();
  const before = recordsThere(there.workspace, 'tickets');

  await ask(here, 'remotes.set_offline', { id, isOffline: true });
  const mine = await ask(here, 'operations.plan', assignTo('Mina'));
  const planned = mine.tallies.find(({ state }) => state === 'planned')?.count ?? 0;
  await start(here, mine);
  await expect
    .poll(async () => (await ask(here, 'remotes.list', {})).remotes[0]?.waiting, patience)
    .toBe(planned);
  const { items } = await ask(here, 'operations.items', { id: mine.id, states: ['done'], limit: edited });
  const theirs = await ask(
    there,
    'operations.plan',
    assignTo(
      'Omar',
      items.map(({ recordKey }) => Number(recordKey)),
    ),
  );
  await ended(there, await start(there, theirs));

  const onlineMs = performance.now();
  await ask(here, 'remotes.set_offline', { id, isOffline: false });
  await ended(here, mine.id);
  process.stdout.write(`told of ${planned} in ${Math.round(performance.now() - onlineMs)} ms\n`);
  const told = await ask(here, 'operations.get', { id: mine.id });
  expect(told).toMatchObject({
    state: 'partial',
    delivery: { confirmed: planned - edited, conflict: edited },
  });
  const { conflicts, total } = await ask(here, 'conflicts.list', { remoteId: id, limit: 30 });
  expect([conflicts.length, total]).toEqual([30, edited]);
  expect(conflicts[0]?.fields).toContainEqual(
    expect.objectContaining({ field: 'assignee', now: 'Omar', yours: 'Mina' }),
  );
  const ids = conflicts.map((conflict) => conflict.id);
  expect(await ask(here, 'conflicts.settle', { which: { ids }, keep: 'theirs' })).toMatchObject({
    settled: 30,
  });
  const kept = await ask(here, 'conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  expect(kept).toMatchObject({ settled: 20, operations: [{ retryOf: mine.id }] });
  await ended(here, kept.operations[0]?.id ?? 0);
  await expectEqual();

  const undo = await start(here, await ask(here, 'operations.undo', { id: mine.id }));
  await ended(here, undo);
  await expectEqual();
  const after = recordsThere(there.workspace, 'tickets');
  const changed = [...after].filter(([key, record]) => record['assignee'] !== before.get(key)?.['assignee']);
  // Those that were left as the other one wants them.
  expect(changed.map(([, record]) => record['assignee'])).toEqual(Array.from({ length: 30 }, () => 'Omar'));
  expect(await ask(here, 'history.verify', {})).toMatchObject({ problems: [] });
}, 180_000);
