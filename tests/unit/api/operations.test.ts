import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestInput } from '../../../src-shared/contract/index.ts';
import { longestTimeLimitMs } from '../../../src-shared/domain/run-options.ts';
import { fillTickets, makeTickets, theseTickets } from '../../builders/tickets.ts';
import { createTestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

const dayMs = 86_400_000;
const firstMs = 1_760_000_000_000;
let folder: string;
let app: TestConsole;

/** Four days, an operation each: done, done where nothing was to do, done, and one that waits for its moment. */
beforeAll(async () => {
  folder = makeFolder();
  fillTickets(
    folder,
    makeTickets(3, (id) => (id === 3 ? { deleted_at: 5 } : {})),
  );
  const time = createTestTime(firstMs);
  app = await openTestConsole(folder, time, time);
  const plan = (action: string, input: Record<string, unknown>, id: number) =>
    app.ask('operations.plan', { action, collection: 'tickets', selection: theseTickets(id), input });
  await app.run(await plan('update_category', { category: 'Refunds' }, 1));
  time.pass(dayMs);
  await app.run(await plan('assign', { assignee: 'Bo' }, 3));
  time.pass(dayMs);
  await app.run(await plan('assign', { assignee: 'Cy' }, 2));
  time.pass(dayMs);
  const later = await plan('update_category', { category: 'Later' }, 2);
  const options = { startAt: firstMs + 10 * dayMs };
  await app.ask('operations.start', { id: later.id, options });
});
afterAll(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

type Query = Omit<RequestInput<'operations.list'>, 'limit'>;

it.each<[string, Query, number[]]>([
  ['everything, latest first', {}, [4, 3, 2, 1]],
  ['a word of a title, in any case', { search: 'REFUNDS' }, [1]],
  ['states', { states: ['pending', 'failed'] }, [4]],
  ['actions', { actions: ['assign'] }, [3, 2]],
  ['a collection', { collection: 'orders' }, []],
  ['what was started before a moment', { startedBefore: firstMs + dayMs }, [1]],
  ['what was made before a moment and has not started', { startedBefore: firstMs + 4 * dayMs }, [4, 3, 2, 1]],
  ['what was started at a moment or later', { startedFrom: firstMs + 2 * dayMs }, [4, 3]],
  [
    'what was started between two moments',
    { startedFrom: firstMs + dayMs, startedBefore: firstMs + 2 * dayMs },
    [2],
  ],
  ['what comes after one of them', { before: 3 }, [2, 1]],
  ['several of these', { actions: ['assign'], startedBefore: firstMs + 2 * dayMs }, [2]],
])('the history is asked for %s', async (_name, query, ids) => {
  const { operations } = await app.ask('operations.list', { ...query, limit: 10 });
  expect(operations.map(({ id }) => id)).toEqual(ids);
  const { before, ...counted } = query;
  if (before === undefined) expect(await app.ask('operations.count', counted)).toEqual({ count: ids.length });
});

it('a time limit is taken up to some two weeks', async () => {
  const selection = theseTickets(1);
  const input = { category: 'Slow' };
  const { id } = await app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection,
    input,
  });
  const start = (timeLimitMs: number) => app.ask('operations.start', { id, options: { timeLimitMs } });
  await expect(start(longestTimeLimitMs + 1)).rejects.toMatchObject({ code: 'invalid_request' });
  expect((await start(longestTimeLimitMs)).options.timeLimitMs).toBe(longestTimeLimitMs);
  await app.ended(id);
});

it('a key that was used starts no other operation', async () => {
  const key = { key: 'once', digest: 'a'.repeat(64) };
  const plan = (assignee: string) =>
    app.ask('operations.plan', {
      action: 'assign',
      collection: 'tickets',
      selection: theseTickets(1),
      input: { assignee },
    });
  const [first, second] = [await plan('Di'), await plan('Ed')];
  await app.ask('operations.start', { id: first.id, key });
  await expect(app.ask('operations.start', { id: second.id, key })).rejects.toMatchObject({
    code: 'wrong_state',
    message: 'The key was used for another operation. Nothing was started.',
  });
  expect((await app.ask('operations.get', { id: second.id })).state).toBe('draft');
  await app.ended(first.id);
});
