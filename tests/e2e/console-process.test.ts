import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';

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

const everyTicket = { collection: 'tickets', filter: {} };

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

test('leaves the token in no file of the workspace', async () => {
  const console = await start('--sample', '50');
  await ask(console, 'settings.update', { theme: 'dark' });
  await console.stop();
  for (const entry of readdirSync(folder.workspace, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    expect(readFileSync(join(entry.parentPath, entry.name)).includes(console.token)).toBe(false);
  }
});

test('adds the sample to an empty workspace and not a second time', async () => {
  const first = await start('--sample', '300');
  expect(await ask(first, 'records.count', everyTicket)).toEqual({ ok: true, value: { count: 300 } });
  await first.stop();
  const second = await start('--sample', '500');
  expect(await ask(second, 'records.count', everyTicket)).toEqual({ ok: true, value: { count: 300 } });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'stops within 2 seconds on %s, also in the middle of an operation',
  async (signal) => {
    const console = await start();
    const draft = (await ask(console, 'sample.plan', { count: 50_000 })) as { value: { id: number } };
    await ask(console, 'operations.start', { id: draft.value.id });
    const { code, tookMs } = await console.stop(signal);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(2_000);
  },
);

test('leaves a workspace to the console that has it, and ends within 2 seconds', async () => {
  await start();
  const startedAt = performance.now();
  await expect(start()).rejects.toThrow(/ended with 3: .*open in another console/s);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test.each([
  [[], /Say which folder/],
  [['--workspace', '/tmp/x', '--port', '99999'], /--port takes/],
  [['--workspace', '/tmp/x', '--token', 'short'], /--token takes/],
  [['--workspace', '/tmp/x', '--unheard-of'], /Unknown option/],
])('says what is wrong with %j', async (args, sentence) => {
  const { spawnSync } = await import('node:child_process');
  const { status, stderr, stdout } = spawnSync(process.execPath, ['out/main/server.cjs', ...args], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(sentence);
  expect(stderr).toContain('Usage: npm run serve');
});

test('keeps the workspace to its owner', async () => {
  const console = await start();
  await console.stop();
  expect(statSync(folder.workspace).mode & 0o077).toBe(0);
});
