import { expect, it } from 'vitest';
import { settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import { canUndo, countsOf } from '../../../src-shared/domain/operation.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { killThreadsAt } from '../../builders/deadly-calls.ts';
import { changeDatabase, readDatabase } from '../../builders/tickets.ts';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();
const { add, copy, until, assign, conflict, expectEqual } = setup;

/** Three tickets are changed there as well, and that is found out. */
async function theirs(id: number): Promise<void> {
  for (const key of [1, 2, 3]) setup.desk.put(key, { category: 'Theirs' });
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
}

/** Three tickets that were changed on both sides, here by one operation. */
async function inConflict() {
  const id = await copy(3);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: operation } = await assign('Mine');
  await until(({ waiting }) => waiting === 3);
  await theirs(id);
  await setup.app.ended(operation);
  const { conflicts } = await setup.app.ask('conflicts.list', { remoteId: id, limit: 9 });
  return { operation, conflicts };
}

it('changes of several operations are kept alike, and all that makes them again is answered', async () => {
  const id = await copy(4);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const made = [await assign('One', [1, 2]), await assign('Other', [3])];
  await until(({ waiting }) => waiting === 3);
  await theirs(id);
  await until(({ conflicts }) => conflicts === 3);
  const kept = await setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  expect(kept.operations.map(({ retryOf }) => retryOf)).toEqual(made.map((operation) => operation.id));
  for (const again of kept.operations) await setup.app.ended(again.id);
  expect([1, 3].map((key) => setup.desk.records.get(String(key))?.fields['category'])).toEqual([
    'One',
    'Other',
  ]);
  await until(({ waiting }) => waiting === 0);
  expectEqual();
});

it('an operation tells how many of its own conflicts are undecided, also when they are decided', async () => {
  const id = await copy(4);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: one } = await assign('One', [1, 2]);
  const { id: other } = await assign('Other', [3]);
  await until(({ waiting }) => waiting === 3);
  await theirs(id);
  expect(await setup.app.ended(one)).toMatchObject({ delivery: { conflict: 2 }, undecided: 2 });
  expect(await setup.app.ended(other)).toMatchObject({ delivery: { conflict: 1 }, undecided: 1 });

  const told = setup.app.event('operation.updated', ({ operation }) => operation.id === one);
  await setup.app.ask('conflicts.settle', { which: { operationId: one }, keep: 'theirs' });
  const decided = (await told).operation;
  expect(decided).toMatchObject({ delivery: { conflict: 2 }, undecided: 0 });
  const left = await setup.app.ask('operations.get', { id: other });
  expect(left).toMatchObject({ undecided: 1 });
  // Nothing of the one stands any more; what the other did stands until that is decided.
  expect([canUndo(decided), canUndo(left)]).toEqual([false, true]);
});

it('changes that are kept after a conflict are made again in the names of who decided, though the console ended in between', async () => {
  const { operation, conflicts } = await inConflict();
  await setup.app.close();
  changeDatabase(setup.folder, (db) => {
    for (const [at, actor] of ['ada', 'omar', 'ada'].entries()) {
      const which = { ids: [conflicts[at]?.id ?? 0] };
      const settled = { which, keep: 'mine', actor, after: 0, limit: 9, nowMs: 1 } as const;
      expect(settleConflicts(db, settled)).toMatchObject({ settled: 1, operationIds: [operation] });
    }
  });
  await setup.reopen();
  const categories = () => [1, 2, 3].map((key) => setup.desk.records.get(`${key}`)?.fields['category']);
  await expect.poll(categories).toEqual(['Mine', 'Mine', 'Mine']);
  const { operations } = await setup.app.ask('operations.list', { limit: 9 });
  expect(operations.map(({ actor, tallies }) => [actor, countsOf(tallies).total])).toEqual([
    ['omar', 1],
    ['ada', 2],
    ['tester', 3],
  ]);
  await until(({ waiting, state }) => waiting === 0 && state === 'ready');
  expectEqual();
});

it.each([
  ['writer', 'settleConflicts'],
  ['reader', 'getOperation'],
])(
  'changes that are kept are made again, though the %s thread dies of %s before that begins',
  async (thread, method) => {
    let isArmed = false;
    const { stop } = killThreadsAt((call) => {
      const isDeadly = isArmed && call.thread === thread && call.method === method;
      if (isDeadly) isArmed = false;
      return isDeadly && 'answer';
    });
    await setup.app.close();
    await setup.reopen();
    const { id, operation } = await conflict();
    isArmed = true;
    const settled = setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
    await expect(settled).rejects.toMatchObject({ code: 'worker_lost' });
    stop();
    const again = await setup.app.event(
      'operation.updated',
      ({ operation: { retryOf } }) => retryOf === operation,
    );
    await setup.app.ended(again.operation.id);
    await until(({ waiting, conflicts }) => waiting === 0 && conflicts === 0);
    expectEqual();
    // That the thread died, and whoever else had asked it.
    for (const report of setup.app.reports.splice(0)) expect(report).toMatchObject({ code: 'worker_lost' });
  },
);

it('a kept change that is refused keeps nobody out: it is told of and tried again, and its remote stays until then', async () => {
  const { id } = await conflict();
  await add('Other');
  const rate = { count: 1, perMs: 3_600_000 };
  const limit = { collection: 'tickets', action: 'update_category', maxRecords: null, rate } as const;
  await setup.app.ask('settings.update', { limits: [limit] });
  const settled = setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  await expect(settled).rejects.toMatchObject({ code: 'rate_limited' });
  const isTold = ({ message }: Remote): boolean => message?.includes('1 change that was kept') === true;
  expect(await until(isTold)).toMatchObject({ state: 'ready', conflicts: 0, waiting: 0 });
  expect(await until(({ name, state }) => name === 'Other' && state === 'ready')).toMatchObject({
    message: null,
  });
  // It would be made of the record here, and never told.
  await expect(setup.app.ask('remotes.remove', { id })).rejects.toMatchObject({ code: 'wrong_state' });
  await setup.app.close();
  await setup.reopen();
  await until(isTold);
  await setup.app.ask('settings.update', { limits: [] });
  await until((remote) => isReady(remote) && remote.message === null);
  await expect.poll(() => setup.desk.records.get('2')?.fields['category']).toBe('Mine');
  const drafts = readDatabase(setup.folder, (db) =>
    db.prepare(`SELECT count(*) FROM operations`).pluck().get(),
  );
  expect(drafts).toBe(2);
  await until(({ waiting }) => waiting === 0);
  expectEqual();
});

it('what one user keeps and cannot make again is no answer to another who keeps something', async () => {
  const { conflicts } = await inConflict();
  const ids = conflicts.map((one) => one.id);
  const limit = { collection: 'tickets', action: 'update_category', maxRecords: 1, rate: null } as const;
  await setup.app.ask('settings.update', { limits: [limit] });
  const keep = (actor: string, which: number[]) =>
    setup.app.ask(
      'conflicts.settle',
      { which: { ids: which }, keep: 'mine' },
      { client: actor, actor, role: 'admin' },
    );
  await expect(keep('ada', ids.slice(0, 2))).rejects.toMatchObject({ code: 'limit_exceeded' });
  const { operations } = await keep('omar', ids.slice(2));
  expect(operations.map(({ actor, tallies }) => [actor, countsOf(tallies).total])).toEqual([['omar', 1]]);
  await setup.app.ended(operations[0]?.id ?? 0);
  await until(({ message }) => message?.includes('2 changes that were kept') === true);
});

/** Undoes a change of three tickets; of one of them the other system changes as much as `theirs` says. */
async function undoInConflict(theirs: Parameters<typeof setup.desk.put>[1]) {
  const id = await copy(3);
  const { id: operation } = await assign('Mine');
  await setup.app.ended(operation);
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const undo = await setup.app.ask('operations.undo', { id: operation });
  await setup.app.ask('operations.start', { id: undo.id });
  await until(({ waiting }) => waiting === 3);
  setup.desk.put(2, theirs);
  await setup.app.ask('remotes.set_offline', { id, isOffline: false });
  expect(await setup.app.ended(undo.id)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  return { operation, undo };
}

it('an undo that met changes of theirs and gave way leaves the rest to be undone', async () => {
  const { operation, undo } = await undoInConflict({ category: 'Mine', status: 'solved' });
  const isTold = setup.app.event(
    'operation.updated',
    ({ operation: of }) => of.id === operation && of.undone === 2,
  );
  await setup.app.ask('conflicts.settle', { which: { operationId: undo.id }, keep: 'theirs' });
  const done = (await isTold).operation;
  expect(canUndo(done)).toBe(true);
  const { items } = await setup.app.ask('operations.items', { id: operation, limit: 3 });
  const undone = new Map(items.map(({ recordKey, undoneBy }) => [recordKey, undoneBy]));
  expect(undone).toEqual(
    new Map([
      ['1', undo.id],
      ['2', null],
      ['3', undo.id],
    ]),
  );
  const rest = await setup.app.run(await setup.app.ask('operations.undo', { id: operation }));
  expect(rest).toMatchObject({ delivery: { confirmed: 1 } });
  expect(await setup.app.ask('operations.get', { id: operation })).toMatchObject({ undone: 3 });
  expectEqual();
});

it('an undo that met changes of theirs is kept by making it again on top of them', async () => {
  const { operation, undo } = await undoInConflict({ category: 'Theirs', status: 'solved' });
  const told = setup.app.event('operation.updated', ({ operation: of }) => of.retriedBy !== null);
  const kept = await setup.app.ask('conflicts.settle', { which: { operationId: undo.id }, keep: 'mine' });
  expect(await setup.app.ended(kept.operations[0]?.id ?? 0)).toMatchObject({
    state: 'completed',
    retryOf: undo.id,
  });
  expect(await setup.app.ask('operations.get', { id: operation })).toMatchObject({ undone: 3 });
  expect((await told).operation).toMatchObject({ id: undo.id, retriedBy: kept.operations[0]?.id });
  await until(({ waiting }) => waiting === 0);
  expectEqual();
  expect(setup.desk.records.get('2')?.fields).toMatchObject({ category: null, status: 'solved' });
});

it('what waits for a record whose conflict is decided ends with it, also offline', async () => {
  const { id, operation } = await conflict();
  await setup.app.ask('remotes.set_offline', { id, isOffline: true });
  const { id: later } = await assign('Later', [2]);
  await until(({ waiting }) => waiting === 1);
  await setup.app.ask('conflicts.settle', { which: { operationId: operation }, keep: 'theirs' });
  expect(await setup.app.ended(later)).toMatchObject({ delivery: { conflict: 1 }, undecided: 1 });
});

it('a change that is kept is made again once, however often that is asked for at a time', async () => {
  const { id } = await setup.conflict();
  const settle = () => setup.app.ask('conflicts.settle', { which: { remoteId: id }, keep: 'mine' });
  const answers = await Promise.all([settle(), settle()]);
  expect(answers.reduce((sum, { settled }) => sum + settled, 0)).toBe(1);
  const { operations } = await setup.app.ask('operations.list', { limit: 10 });
  const again = operations.filter(({ retryOf }) => retryOf !== null);
  expect(again).toHaveLength(1);
  await setup.app.ended(again[0]?.id ?? 0);
});
