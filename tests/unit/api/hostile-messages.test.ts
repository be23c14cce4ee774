import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Caller } from '../../../src-main/api/caller.ts';
import { type RequestName, requests } from '../../../src-shared/contract/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { seed } from '../../builders/property.ts';
import { randomFrom } from '../../builders/random.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { size } from '../../faults/size.ts';
import { hostileInputs } from '../hosts/hostile.ts';
import { validInputs } from '../hosts/valid-inputs.ts';

const names = Object.keys(requests) as RequestName[];
const perRequest = size({ short: 20, long: 1_000 });
const random = randomFrom(seed);
const viewer: Caller = { client: 'v', actor: 'vera', role: 'viewer' };
const agent: Caller = { client: 'a', actor: 'arno', role: 'agent' };
let folder: string;
let app: TestConsole;

beforeAll(async () => {
  folder = makeFolder();
  await (await openTestConsole(folder)).close();
  fillTickets(folder, makeTickets(200));
  app = await openTestConsole(folder);
  const input = { status: 'solved' };
  const about = { action: 'update_status', collection: 'tickets', selection: everyTicket, input } as const;
  await app.run(await app.ask('operations.plan', about));
  const canary = await app.ask('operations.plan', { ...about, input: { status: 'open' } });
  const isPaused = app.event('operation.updated', ({ operation }) => operation.state === 'paused');
  await app.ask('operations.start', { id: canary.id, options: { canary: { count: 5, isPausing: true } } });
  await isPaused;
  await app.ask('operations.plan', about);
  await app.ask('templates.save', { name: 'weekly', options: {}, ...about });
  await app.ask('users.save', { name: 'mina', role: 'agent' });
});
afterEach(() => expect(app.reports).toEqual([]));
afterAll(async () => {
  await app.close();
  removeFolder(folder);
});

/** Every row of the workspace that is not `actor`'s own operation, or part of one. */
function rowsOfOthers(actor: string): Record<string, unknown[]> {
  return readDatabase(folder, (db) => {
    const tables = db
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%search%'",
      )
      .pluck()
      .all() as string[];
    const own = 'SELECT id FROM operations WHERE actor = ?';
    return Object.fromEntries(
      tables.map((table) => {
        const columns = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
        if (table === 'operations')
          return [table, db.prepare('SELECT * FROM operations WHERE actor <> ?').all(actor)];
        if (columns.includes('operation_id'))
          return [
            table,
            db
              .prepare(`SELECT * FROM ${table} WHERE operation_id IS NULL OR operation_id NOT IN (${own})`)
              .all(actor),
          ];
        return [table, db.prepare(`SELECT * FROM ${table}`).all()];
      }),
    );
  });
}

async function ask(caller: Caller, name: RequestName, input: unknown): Promise<string> {
  const reply = await app.console.handle(caller, { name, input });
  return reply.ok ? 'ok' : reply.error.code;
}

it.each([viewer, agent])(
  'somebody with the role $role changes nothing that is not theirs',
  async (caller) => {
    const before = rowsOfOthers(caller.actor);
    const answers = new Map<string, number>();
    for (const name of names)
      for (const input of hostileInputs(name, perRequest, random)) {
        if (await isOwn(caller, name, input)) continue;
        const answer = await ask(caller, name, input);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    expect(rowsOfOthers(caller.actor)).toEqual(before);
    expect(answers.get('internal')).toBeUndefined();
    expect(answers.get('forbidden')).toBeGreaterThan(perRequest * 10);
  },
  300_000,
);

/** True for a message about an operation of the sender's own, which they may well start. */
async function isOwn({ actor }: Caller, name: RequestName, input: unknown): Promise<boolean> {
  if (!name.startsWith('operations.')) return false;
  const id: unknown = Reflect.get(input as object, 'id');
  if (typeof id !== 'number') return false;
  const reply = await app.console.handle(app.console.owner('o'), { name: 'operations.get', input: { id } });
  return reply.ok && (reply.value as Operation).actor === actor;
}

it('nobody changes what is not there, nor what has ended', async () => {
  const before = rowsOfOthers('');
  const named = names.filter((name) => /^(operations|templates|schedules|users|remotes)\./.test(name));
  let refused = 0;
  for (const name of named)
    for (const input of hostileInputs(name, perRequest, random)) {
      if (typeof Reflect.get(input as object, 'id') !== 'number') continue;
      const id = 1_000_000 + Math.floor(random() * 1_000_000);
      if ((await ask(app.console.owner('o'), name, { ...(input as object), id })) !== 'ok') refused += 1;
    }
  for (const name of ['start', 'pause', 'resume', 'cancel', 'discard'] as const)
    expect(await ask(app.console.owner('o'), `operations.${name}`, { id: 1 })).not.toBe('ok');
  expect(rowsOfOthers('')).toEqual(before);
  expect(refused).toBeGreaterThan(perRequest * 10);
}, 300_000);

it('the owner is told with a code of what cannot be, and what has ended stays as it was', async () => {
  const ended = () =>
    readDatabase(folder, (db) => db.prepare('SELECT * FROM items WHERE operation_id = 1 ORDER BY seq').all());
  const before = ended();
  const answers = new Map<string, number>();
  for (const name of names) {
    // What takes nothing is the same every time.
    const count = Object.keys(validInputs[name]).length === 0 ? 1 : perRequest;
    for (const input of hostileInputs(name, count, random)) {
      if (takesMinutes(name, input)) continue;
      const answer = await ask(app.console.owner('o'), name, input);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  }
  expect(answers.get('internal')).toBeUndefined();
  expect(answers.get('ok')).toBeGreaterThan(perRequest * 10);
  expect(ended()).toEqual(before);
  expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
}, 300_000);

/** A sample of a million tickets is a plan of a million: long, and nobody's harm. */
function takesMinutes(name: RequestName, input: unknown): boolean {
  return name === 'sample.plan' && Number(Reflect.get(input as object, 'count')) > 10_000;
}
