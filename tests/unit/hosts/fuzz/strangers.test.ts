import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RequestName, requests } from '../../../../src-shared/contract/index.ts';
import { type ApiServer, startApiServer } from '../../../builders/api-server.ts';
import { seed } from '../../../builders/property.ts';
import { pick, type Random, randomFrom } from '../../../builders/random.ts';
import { fillTickets, makeTickets, readDatabase } from '../../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../../builders/workspace.ts';
import { size } from '../../../faults/size.ts';
import { hostileInputs } from '../hostile.ts';
import { addressesOf } from './addresses.ts';
import { answersIn, sendAlone, sendInARow } from './exchange.ts';
import { handshake } from './frames.ts';
import { outcomeOf } from './outcomes.ts';
import { type Sound, toBytes } from './raw-requests.ts';

const perAddress = size({ short: 50, long: 1_000 });
const inARow = 25;
const names = Object.keys(requests) as RequestName[];

let folder: string;
let api: ApiServer;
let host: string;
let vera: string;
/** Tokens of nobody: one that was taken away, and what is nearly the owner's. */
let deadKeys: readonly string[];
let before: string;

beforeAll(async () => {
  folder = makeFolder();
  fillTickets(folder, makeTickets(50));
  api = await startApiServer(folder);
  host = new URL(api.url).host;
  vera = await api.user('vera', 'viewer');
  const gone = await api.user('gone', 'admin');
  const { users } = await api.ask('users.list', {});
  await api.ask('users.remove', { id: users.find(({ name }) => name === 'gone')?.id ?? 0 });
  const { token } = api;
  const flipped = token.startsWith('A') ? `B${token.slice(1)}` : `A${token.slice(1)}`;
  deadKeys = [
    '',
    gone,
    token.slice(1),
    `${token}A`,
    flipped,
    `${token}=`,
    `.${token}`,
    'A'.repeat(43),
    'null',
  ];
  before = everyRow();
});
afterAll(async () => {
  expect(everyRow()).toBe(before);
  expect(existsSync(join(folder, 'uploads'))).toBe(false);
  await api.close();
  expect(api.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
  removeFolder(folder);
});

function everyRow(): string {
  return readDatabase(folder, (db) => {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    return JSON.stringify(tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).raw().all()]));
  });
}

/** How often each outcome came of so many requests, some at a time on one connection. */
async function outcomesOf(request: (random: Random) => Sound): Promise<Set<string>> {
  const random = randomFrom(seed);
  const outcomes = new Set<string>();
  for (let sent = 0; sent < perAddress; sent += inARow) {
    const bytes = Array.from({ length: inARow }, () => toBytes(request(random)));
    const answers = await sendInARow(api.server.port, bytes);
    for (const [at, one] of bytes.entries()) outcomes.add(outcomeOf(answers[at], one));
  }
  return outcomes;
}

function at(name: string, token: string, random: Random): Sound {
  const address = addressesOf(host, token).find((one) => one.name === name);
  if (!address) throw new Error(`no address ${name}`);
  return address.sound(random);
}

/** A request to open a session with this token. */
function opening(token: string): Sound {
  const headers = { Host: host, Origin: `http://${host}`, 'Content-Type': 'application/json' };
  return { line: 'POST /session', headers, body: Buffer.from(JSON.stringify({ token })) };
}

test.each(['POST /rpc', 'POST /files', 'the APIs'])(
  '%s takes nothing under a key that does not count',
  async (name) => {
    const outcomes = await outcomesOf((random) => at(name, pick(deadKeys, random), random));
    expect(outcomes).toEqual(new Set(['401 unauthorized']));
  },
);

test('POST /session opens none for a key that does not count, nor for that of a user', async () => {
  const outcomes = await outcomesOf((random) => opening(pick([...deadKeys, vera], random)));
  expect(outcomes).toEqual(new Set(['401 unauthorized']));
});

test('POST /files takes nothing of a user', async () => {
  expect(await outcomesOf((random) => at('POST /files', vera, random))).toEqual(
    new Set(['401 unauthorized']),
  );
});

test('the APIs change nothing for somebody who may only look', async () => {
  const outcomes = await outcomesOf((random) => at('the APIs', vera, random));
  expect([...outcomes].filter((outcome) => !/^(403|422) /.test(outcome))).toEqual([]);
});

test('POST /rpc changes nothing for somebody who may only look, whatever they ask', {
  timeout: 120_000,
}, async () => {
  const outcomes = await outcomesOf((random) => {
    const name = pick(names, random);
    const [input] = [...hostileInputs(name, 1, random)];
    return { ...at('POST /rpc', vera, random), body: Buffer.from(JSON.stringify({ name, input })) };
  });
  expect(outcomes).toContain('200 forbidden');
  expect([...outcomes].filter((outcome) => !/^200 (?!internal)/.test(outcome))).toEqual([]);
});

test('no socket opens for a key that does not count, nor the window’s for a user', async () => {
  const random = randomFrom(seed);
  const outcomes = new Set<string>();
  for (let sent = 0; sent < perAddress; sent += 1) {
    const path = pick(
      ['/events?client=w', '/ws/bulk/owner', '/ws/bulk/vera', '/ws/bulk-operations/1'],
      random,
    );
    const token = pick(path.startsWith('/events') ? [...deadKeys, vera] : deadKeys, random);
    const bytes = toBytes(handshake(path, { Host: host, Authorization: `Bearer ${token}` }));
    outcomes.add(outcomeOf(answersIn(await sendAlone(api.server.port, bytes))[0], bytes));
  }
  expect(outcomes).toEqual(new Set(['401 unauthorized']));
});
