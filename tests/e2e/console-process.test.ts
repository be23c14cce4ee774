import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { everyTicket } from '../builders/tickets.ts';
import { answerOf, ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';

let folder: ReturnType<typeof temporaryWorkspace>;
let running: ServedConsole[];
beforeEach(() => {
  folder = temporaryWorkspace();
  running = [];
});
afterEach(async () => {
  for (const console of running) if (console.process.exitCode === null) await console.stop('SIGKILL');
  folder.remove();
});

async function start(...args: readonly string[]): Promise<ServedConsole> {
  const console = await serve(folder.workspace, ...args);
  running.push(console);
  return console;
}

const allRecords = { collection: 'tickets', filter: {} };

test('says in one line where it is, with a token of 256 bits that is in no log', async () => {
  const console = await start();
  expect(console.lines).toHaveLength(1);
  expect(JSON.parse(console.lines[0] ?? '')).toEqual({
    url: console.url,
    token: console.token,
    workspace: folder.workspace,
  });
  expect(console.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=/);
  expect(Buffer.from(console.token, 'base64url')).toHaveLength(32);
  await ask(console, 'app.info', {});
  await console.stop();
  expect(console.log()).toContain('ready');
  expect(console.log()).not.toContain(console.token);
});

test('starts although nothing can be made of what is left of earlier uploads, and says so in the log', async () => {
  mkdirSync(folder.workspace, { recursive: true });
  writeFileSync(join(folder.workspace, 'uploads'), 'not a folder');
  const console = await start();
  expect(await ask(console, 'records.count', allRecords)).toMatchObject({ ok: true });
  expect(console.log()).toContain('old uploads could not be removed');
});

test('leaves the token in no file of the workspace', async () => {
  const console = await start('--sample', '50');
  await ask(console, 'settings.update', { theme: 'dark' });
  await console.stop();
  expect(filesWith(console.token)).toEqual([]);
});

/** The names of the files of the workspace that hold this text. */
function filesWith(text: string): string[] {
  return readdirSync(folder.workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(text))
    .map(({ name }) => name);
}

/** What others on the machine could see of a console, and what it logged. */
function shownBy({ process: { pid }, log }: ServedConsole): string {
  const seen = process.platform === 'linux' ? ['cmdline', 'environ'] : [];
  return [log(), ...seen.map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1'))].join('\n');
}

test('shows the key of a remote and the text of a ticket to nobody; the key is in its own file alone', async () => {
  const text = 'a-canary-in-a-ticket';
  const desk = await serve(join(dirname(folder.workspace), 'desk'), '--sample', '20');
  running.push(desk);
  const { token } = await answerOf(desk, 'users.save', { name: 'robot', role: 'agent' });
  const key = token ?? '';
  expect(key).not.toBe('');
  const console = await start();
  await answerOf(console, 'remotes.add', {
    name: 'Desk',
    address: new URL(desk.url).origin,
    token: key,
    collections: ['tickets'],
  });
  const remote = async () => (await answerOf(console, 'remotes.list', {})).remotes[0];
  await expect.poll(async () => (await remote())?.state).toBe('ready');

  const draft = await answerOf(console, 'operations.plan', {
    action: 'add_comment',
    collection: 'tickets',
    selection: everyTicket,
    input: { comment: text },
  });
  await answerOf(console, 'operations.start', { id: draft.id });
  const delivered = async () => (await answerOf(console, 'operations.get', { id: draft.id })).delivery;
  await expect.poll(async () => (await delivered())?.confirmed).toBe(20);
  await answerOf(console, 'backups.create', {});
  for (const one of [desk, console]) {
    expect(shownBy(one).includes('ready')).toBe(true);
    // Whatever else is in an environment is nothing for the output of a test.
    for (const secret of [key, text]) expect(shownBy(one).includes(secret)).toBe(false);
  }

  await desk.stop('SIGKILL');
  await expect.poll(async () => (await remote())?.state).toBe('unreachable');
  expect(filesWith(key)).toEqual(['secrets.json']);
  expect(filesWith(text)).not.toEqual([]);
  await console.stop();
  expect(console.log()).not.toContain(key);
  expect(console.log()).not.toContain(text);
  expect(filesWith(key)).toEqual(['secrets.json']);
});

test('adds the sample to an empty workspace and not a second time', async () => {
  const first = await start('--sample', '300');
  expect(await ask(first, 'records.count', allRecords)).toEqual({ ok: true, value: { count: 300 } });
  await first.stop();
  const second = await start('--sample', '500');
  expect(await ask(second, 'records.count', allRecords)).toEqual({ ok: true, value: { count: 300 } });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'stops on %s, also in the middle of an operation',
  async (signal) => {
    const console = await start();
    const draft = (await ask(console, 'sample.plan', { count: 50_000 })) as { value: { id: number } };
    await ask(console, 'operations.start', { id: draft.value.id });
    expect(await console.stop(signal)).toMatchObject({ code: 0 });
  },
);

test('leaves a workspace to the console that has it, and ends', async () => {
  await start();
  await expect(start()).rejects.toThrow(/ended with 3: .*open in another console/s);
});

test('keeps the workspace to its owner', async () => {
  const console = await start();
  await console.stop();
  expect(statSync(folder.workspace).mode & 0o077).toBe(0);
});
