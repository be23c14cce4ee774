import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorBody } from '../../src-main/hosts/server/faces/http/api-error.ts';
import { fillOrders, fillSessions, fillVideos, readRows } from '../builders/api-records.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { seed } from '../builders/property.ts';
import { pick, type Random, randomFrom, spotsOf } from '../builders/random.ts';
import { allTickets, fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { size } from '../faults/size.ts';

/** A body that each address takes; each fuzzed one has at least one thing wrong with it, or is refused for what it asks. */
const good: Readonly<Record<string, unknown>> = {
  'POST /api/v1/tickets/bulk-operations': {
    ticket_ids: [1, 2],
    operation_type: 'update_status',
    operation_data: { status: 'solved' },
    metadata: { description: 'x' },
  },
  'PATCH /api/v1/tickets/1': { status: 'solved', assignee: 'x' },
  'POST /api/bulk/sessions/validate': { session_ids: ['1'], action: 'close' },
  'POST /api/bulk/sessions/close': { session_ids: ['1'] },
  'POST /api/bulk/sessions/archive': { session_ids: ['1'] },
  'POST /api/bulk/sessions/delete': { session_ids: ['1'], soft_delete: true, cascade_exports: false },
  'POST /api/bulk/sessions/export-metadata': { session_ids: ['1'], format: 'csv', include_details: true },
  'POST /api/bulk/delete': { creator_id: 'mina', video_ids: ['1'] },
  'POST /api/bulk/export': { creator_id: 'mina', video_ids: ['1'] },
  'POST /api/bulk/reprocess': { creator_id: 'mina', video_ids: ['1'] },
  'POST /v1/orders/bulk-process': {
    operation: 'status-update',
    recordIds: ['1'],
    updates: { status: 'PROCESSING' },
    options: { batchSize: 5, continueOnError: true, maxErrors: 3 },
  },
};

let folder: string;
let api: ApiServer;
let vera: string;

beforeAll(async () => {
  folder = makeFolder();
  await (await startApiServer(folder)).close();
  fillTickets(folder, makeTickets(20));
  fillOrders(folder, 20, () => ({}));
  fillSessions(folder, 20, () => 'open');
  fillVideos(folder, 20, () => ({}));
  api = await startApiServer(folder);
  vera = await api.user('vera', 'agent');
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

const junk: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  '',
  ' ',
  'x'.repeat(3_000),
  '\u0000\u202e',
  '../../etc/passwd',
  "1'; DROP TABLE tickets; --",
  [],
  [[[]]],
  {},
  { a: 1 },
  [null],
  [{}],
  ['1', '1'],
  Array.from({ length: 2_000 }, () => -1),
];
const keys = ['constructor', 'toString', 'then', 'id', 'extra', '', '\u0000', 'ids', '__proto__'];

function bend(body: unknown, random: Random): string {
  const bent = structuredClone(body);
  for (let changes = 1 + Math.floor(random() * 2); changes > 0; changes -= 1) {
    const spots = spotsOf(bent);
    if (spots.length === 0) break;
    const [owner, key] = pick(spots, random);
    const kind = random();
    if (kind < 0.6) Reflect.set(owner, key, structuredClone(pick(junk, random)));
    else if (kind < 0.8) Reflect.deleteProperty(owner, key);
    else Object.defineProperty(owner, pick(keys, random), { value: 1, enumerable: true, configurable: true });
  }
  const text = JSON.stringify(bent);
  // Cut off, or with something behind it, now and then.
  return random() < 0.1 ? text.slice(0, Math.floor(random() * text.length)) : text;
}

test.each(Object.entries(good))(
  '%s answers distorted bodies with what is wrong, and never crashes',
  { timeout: 120_000 },
  async (address, body) => {
    const [method = '', path = ''] = address.split(' ');
    const random = randomFrom(seed + address.length);
    for (let count = 0; count < size({ short: 40, long: 2_000 }); count += 1) {
      const text = bend(body, random);
      const reply = await api.call(method, path, {
        token: vera,
        body: text,
        headers: { 'if-match': '"99"' },
      });
      // What was bent into something that may be asked is carried out; all else is refused with a code.
      if (reply.status < 400) continue;
      expect([text, reply.status < 500]).toEqual([text, true]);
      expect(ErrorBody.parse(reply.body).error.message).not.toMatch(/SQLITE|at .*\.ts|undefined/);
    }
    expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
    expect(Reflect.ownKeys(Object.prototype)).not.toContain('a');
  },
);

test('distorted bodies touched nothing that they did not name', () => {
  expect(
    allTickets(folder)
      .slice(2)
      .every(({ version }) => version === 1),
  ).toBe(true);
  for (const table of ['orders', 'sessions', 'videos'] as const)
    expect(
      readRows(folder, table, 'version')
        .slice(1)
        .every(({ version }) => version === 1),
    ).toBe(true);
});
