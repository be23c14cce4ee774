import { vi } from 'vitest';
import { tableOf } from '../../src-main/sql/records/table.ts';
import { type CollectionName, collectionNames, collections } from '../../src-shared/collections/index.ts';
import { type Fields, insertRecords, makeRecord } from '../builders/records.ts';
import { changeDatabase } from '../builders/tickets.ts';
import { type Desk, startDesk } from '../fakes/desk/desk-server.ts';
import { answerOf, type ServedConsole } from './console-process.ts';
import { allInjections, injections, nameInjections, shortTexts } from './injections.ts';

/** `expect.poll` is for tests alone, and this comes before them. */
const patience = { timeout: 30_000 };

/** The operation that a remote refuses, record by record. */
export const refusedTitle = 'Assign to Refused there';

/** What every text field of a record holds. */
function fieldsOf(text: string, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, name === 'source' ? `of ${text}` : text]));
}

const plantedTexts = [...injections, allInjections];
/** The number of the record that holds all of them in each field. */
const fullId = plantedTexts.length;

/** One record per text in every collection, and one of all: in each field that takes text, in comments and foreign fields. */
export function plantRecords(folder: string): void {
  changeDatabase(folder, (db) => {
    for (const name of collectionNames) {
      const table = tableOf(name);
      const texts = collections[name].fields.filter(
        ({ kind }) => kind === 'text' || kind === 'long_text' || kind === 'key',
      );
      const names = texts.map((field) => field.name);
      const records = plantedTexts.map((text, at) => makeRecord(table, at + 1, fieldsOf(text, names)));
      insertRecords(db, table, records);
    }
    const comment = db.prepare(
      'INSERT INTO comments (ticket_id, body, is_internal, author, created_at) VALUES (?, ?, 0, ?, 0)',
    );
    const extra = db.prepare('UPDATE tickets SET extra = ? WHERE id = ?');
    for (const [at, text] of plantedTexts.entries()) {
      comment.run(at + 1, text, text);
      extra.run(JSON.stringify({ [`extra ${text}`]: text }), at + 1);
    }
  });
}

/** Another system that is made of such texts: its records, who one is there, and why it refuses what it is told of. */
export function plantDesk(): Promise<Desk> {
  let asked = 0;
  return startDesk({
    records: { tickets: injections.map((text) => ({ ...ticketBase, subject: text, category: text })) },
    mischief: ({ path }) => {
      if (path !== '/api/v1/me') return undefined;
      const text = nameInjections[asked % nameInjections.length];
      asked += 1;
      return { bend: (body) => ({ ...(body as object), name: text, user: text, role: text }) };
    },
  });
}

const ticketBase = {
  description: '',
  status: 'open',
  priority: 'low',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};

/** What people name: saved filters, templates and their schedules, operations. */
export async function plantNames(console: ServedConsole): Promise<void> {
  const savedFilters = nameInjections.map((text) => ({ collection: 'tickets' as const, name: text, text }));
  const columns = Object.fromEntries(
    collectionNames.map((name) => [name, collections[name].fields.map((field) => field.name)]),
  );
  await answerOf(console, 'settings.update', { savedFilters, columns });
  for (const text of nameInjections) {
    const plan = { action: 'update_category', collection: 'tickets', input: { category: text } } as const;
    const template = await answerOf(console, 'templates.save', {
      ...plan,
      name: text,
      selection: {
        mode: 'filter',
        filter: { conditions: [{ field: 'category', op: 'in', values: [text] }], text },
      },
      options: {},
    });
    await answerOf(console, 'schedules.save', {
      templateId: template.id,
      cron: '0 6 * * 1',
      startAt: null,
      timeZone: 'Europe/Berlin',
      isActive: false,
    });
  }
  for (const text of shortTexts) await change(console, [fullId], 'update_category', { category: text });
}

/** Remotes of these names; of the last one the copies were changed on both sides, and what it is told of next it refuses. */
export async function plantRemotes(console: ServedConsole, desk: Desk): Promise<void> {
  const { address } = desk;
  let id = 0;
  for (const [at, name] of nameInjections.entries()) {
    const isLast = at === nameInjections.length - 1;
    const added = {
      name,
      address,
      token: 'secret',
      collections: [isLast ? 'tickets' : 'orders'] as CollectionName[],
    };
    ({ id } = await answerOf(console, 'remotes.add', added));
  }
  const copies = async () => {
    const { remotes } = await answerOf(console, 'remotes.list', {});
    return remotes.find((remote) => remote.id === id);
  };
  await vi.waitUntil(async () => (await copies())?.mirrors[0]?.records === injections.length, patience);
  const ids = injections.map((_, at) => fullId + at + 1);
  const { change: really } = desk.records;
  desk.records.change = (_, id) => injections[Number(id) - 1] ?? null;
  const refused = await change(console, ids, 'assign', { assignee: 'Refused there' });
  await vi.waitUntil(
    async () =>
      (await answerOf(console, 'operations.get', { id: refused })).delivery?.refused === injections.length,
    patience,
  );
  desk.records.change = really;
  await answerOf(console, 'remotes.set_offline', { id, isOffline: true });
  await change(console, ids, 'update_category', { category: `${nameInjections[0]} here` });
  for (const [at] of injections.entries())
    desk.records.change('tickets', String(at + 1), { category: injections.at(at - 1) ?? '' });
  await answerOf(console, 'remotes.set_offline', { id, isOffline: false });
  await vi.waitUntil(async () => (await copies())?.conflicts === injections.length, patience);
}

/** Changes tickets as their owner would. */
async function change(
  console: ServedConsole,
  ids: number[],
  action: string,
  input: Record<string, unknown>,
): Promise<number> {
  const selection = { mode: 'ids', ids } as const;
  const { id } = await answerOf(console, 'operations.plan', {
    action,
    collection: 'tickets',
    selection,
    input,
  });
  await answerOf(console, 'operations.start', { id });
  return id;
}
