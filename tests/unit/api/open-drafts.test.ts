import { expect, it } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';
import { openTestConsole } from '../../builders/workspace.ts';

const app = useConsole({ per: 'test', fill: (folder) => fillTickets(folder, makeTickets(30)) });

async function ask<T>(client: string, name: string, input: unknown): Promise<T> {
  const reply = await app.console.handle(app.console.owner(client), { name, input });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value as T;
}

function plan(client: string, category: string): Promise<Operation> {
  const about = { action: 'update_category', collection: 'tickets', selection: everyTicket };
  return ask<Operation>(client, 'operations.plan', { ...about, input: { category } });
}

function stateOf(): unknown[] {
  return readDatabase(app.folder, (db) =>
    db
      .prepare('SELECT id, state, (SELECT count(*) FROM items WHERE operation_id = o.id) FROM operations o')
      .raw()
      .all(),
  );
}

it('drafts go with the window that made them; what it started, and what others made, stays', async () => {
  const started = await plan('one', 'Started');
  await app.run(started);
  await plan('one', 'Looked at');
  await plan('one', 'Looked at, too');
  const other = await plan('other', 'Of another window');
  app.console.forget('one');
  await expect.poll(stateOf).toEqual([
    [started.id, 'completed', 30],
    [other.id, 'draft', 30],
  ]);
});

it('the same goes for a draft of an undo, of an import and of a template', async () => {
  const done = await app.run(await plan('test', 'Done'));
  await ask('one', 'operations.undo', { id: done.id });
  await ask('one', 'sample.plan', { count: 10, seed: 1, collection: 'tickets' });
  const content = { name: 'Again', options: {}, action: 'update_category', collection: 'tickets' };
  const { id } = await ask<{ id: number }>('one', 'templates.save', {
    ...content,
    selection: everyTicket,
    input: { category: 'Templated' },
  });
  await ask('one', 'templates.plan', { id });
  expect(stateOf()).toHaveLength(4);
  app.console.forget('one');
  await expect.poll(stateOf).toEqual([[done.id, 'completed', 30]]);
});

it('a window that threw its draft away leaves nothing to be thrown away', async () => {
  const { id } = await plan('one', 'Thrown away');
  await ask('one', 'operations.discard', { id });
  app.console.forget('one');
  app.console.forget('one');
  expect(stateOf()).toEqual([]);
});

it('a draft that is finished only after its window has gone is removed as well, even if a page of the same name has come', async () => {
  await app.close();
  const plans = [holdCall('answer', 'sealDraft'), holdCall('answer', 'sealDraft', 2)];
  const own = await openTestConsole(app.folder);
  const asked = (client: string, category: string) =>
    own.console.handle(own.console.owner(client), {
      name: 'operations.plan',
      input: {
        action: 'update_category',
        collection: 'tickets',
        selection: everyTicket,
        input: { category },
      },
    });
  const before = asked('one', 'Of the page that has gone');
  await plans[0]?.held;
  own.console.forget('one');
  const after = asked('one', 'Of the page that has come');
  await plans[1]?.held;
  for (const { release } of plans) release();
  expect(await before).toMatchObject({ ok: false, error: { code: 'stopped' } });
  const { value } = (await after) as { value: Operation };
  await expect.poll(stateOf).toEqual([[value.id, 'draft', 30]]);
  own.console.forget('one');
  await expect.poll(stateOf).toEqual([]);
  await own.close();
});
