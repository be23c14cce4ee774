import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({
  per: 'file',
  fill: (folder) => fillTickets(folder, makeTickets(3)),
});

const change = {
  action: 'update_category',
  collection: 'tickets',
  selection: everyTicket,
  input: { category: 'Billing' },
} as const;

it('how far a plan or a file is, is told to whoever asked and to nobody else', async () => {
  const told = new Set<string>();
  const stop = app.console.subscribe(({ name }, client) => {
    if (name === 'operation.planning' || name === 'import.progress') told.add(`${name} to ${client}`);
  });
  async function toldOf(work: () => Promise<unknown>): Promise<string[]> {
    told.clear();
    await work();
    return [...told];
  }
  const planning = ['operation.planning to test'];

  const draft = await app.ask('operations.plan', change);
  expect([...told]).toEqual(planning);
  const { id } = await app.run(draft);
  expect(await toldOf(() => app.ask('operations.undo', { id }))).toEqual(planning);
  expect(await toldOf(() => app.ask('sample.plan', { count: 5 }))).toEqual(planning);

  const cancelled = await app.ask('operations.plan', { ...change, input: { category: 'Left' } });
  const startAt = Date.now() + 3_600_000;
  await app.ask('operations.start', { id: cancelled.id, options: { startAt } });
  await app.ask('operations.cancel', { id: cancelled.id });
  await app.ended(cancelled.id);
  expect(await toldOf(() => app.ask('operations.retry', { id: cancelled.id }))).toEqual(planning);

  const template = await app.ask('templates.save', { ...change, name: 'T', options: defaultRunOptions });
  expect(await toldOf(() => app.ask('templates.plan', { id: template.id }))).toEqual(planning);

  const rows = join(app.folder, 'orders.ndjson');
  writeFileSync(rows, '{"key":"1"}\n');
  const ofRows = { handle: app.handle(rows), collection: 'orders', source: 'desk' } as const;
  expect(await toldOf(() => app.ask('imports.plan_rows', ofRows))).toEqual(planning);

  const file = join(app.folder, 'tickets.csv');
  writeFileSync(file, 'id,subject\n1,One\n');
  const handle = app.handle(file);
  const progress = ['import.progress to test'];
  told.clear();
  const { proposed } = await app.ask('imports.inspect', { handle });
  expect([...told]).toEqual(progress);
  expect(await toldOf(() => app.ask('imports.plan', { handle, mapping: proposed }))).toEqual(progress);
  stop();
});

it('who cannot hear an event keeps it from nobody, and not what it tells of from going on', async () => {
  const deaf = new Error('not listening');
  const stop = app.console.subscribe(() => {
    throw deaf;
  });
  const { id } = await app.ask('operations.plan', { ...change, input: { category: 'Heard' } });
  const heard = app.event('operation.updated', ({ operation }) => operation.state === 'completed');
  await app.ask('operations.start', { id });
  expect((await heard).operation.id).toBe(id);
  stop();
  expect(new Set(app.reports.splice(0))).toEqual(new Set([deaf]));
});
