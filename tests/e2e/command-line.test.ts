import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/lib/tools.mjs';
import { serve } from './console-process.ts';

const server = join(root, 'out/main/server.cjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-line-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the console as `npm run serve` does, for an end that comes by itself; on a busy machine what takes long is told before its last word. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const options = { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60_000 } as const;
  const ended = spawnSync(process.execPath, [server, ...args], options);
  return { ...ended, lastWord: lastLine(ended.stderr) };
}

function lastLine(log: string): string | undefined {
  return log.trimEnd().split('\n').at(-1);
}

test.each([
  [[], /Say which folder/],
  [['--workspace'], /argument missing/],
  [['--workspace', '/tmp/x', '--port', '99999'], /--port takes/],
  [['--workspace', '/tmp/x', '--token', 'short'], /--token takes/],
  [['--workspace', '/tmp/x', '--sample', 'many'], /--sample takes/],
  [['--workspace', '/tmp/x', '--unheard-of'], /Unknown option/],
])('says what is wrong with %j', (args, sentence) => {
  const { status, stderr, stdout } = start(args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(sentence);
  expect(stderr).toContain('Usage: npm run serve');
});

test.each(['--help', '-h'])('%s says how to start it, and that is all', (help) => {
  const { status, stderr, stdout } = start(['--workspace', join(folder, 'w'), help]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Usage: npm run serve');
});

test('says what BULKHEAD_LOG_LEVEL takes', () => {
  const { status, stderr } = start(['--workspace', join(folder, 'w')], { BULKHEAD_LOG_LEVEL: 'loud' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^bulkhead: BULKHEAD_LOG_LEVEL takes one of .*info.*, not "loud"\.\n/);
});

test.each([
  ['a file', 'taken', 'a file has that name (EEXIST)'],
  ['below a file', 'taken/w', 'part of its path is a file (ENOTDIR)'],
])('a workspace that is %s is refused with the reason', (_, place, reason) => {
  writeFileSync(join(folder, 'taken'), '');
  const { status, lastWord } = start(['--workspace', join(folder, place)]);
  expect(status).toBe(1);
  expect(lastWord).toBe(
    `bulkhead: The workspace ${join(folder, place)} cannot be used: ${reason}. Nothing was changed. ` +
      'Choose a folder that you may write to, or ask for permission.',
  );
});

test.each([
  ['none.db', 'no backup called none\\.db'],
  ['latest', 'no backup to restore'],
])('a backup that is not there (%s) is said to be so, with what to do', (name, what) => {
  mkdirSync(join(folder, 'w'));
  const { status, lastWord } = start(['--workspace', join(folder, 'w'), '--restore', name]);
  expect(status).toBe(1);
  expect(lastWord).toMatch(
    new RegExp(`^bulkhead: There is ${what} .* Name one that exists, or start without --restore\\.$`),
  );
});

test('a port that is taken is named as the reason', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const { status, lastWord } = start(['--workspace', join(folder, 'w'), '--port', String(port)]);
  expect([status, lastWord]).toEqual([
    1,
    'bulkhead: this port is taken by another program. Choose another one, or --port 0 for any.',
  ]);
  await new Promise((resolve) => other.close(resolve));
});

test('a console whose address nobody can read stops, and says so', async () => {
  const child = spawn(process.execPath, [server, '--workspace', join(folder, 'w')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
  expect(lastLine(log)).toBe('bulkhead: the address could not be written to standard output (write EPIPE).');
});

test('a workspace that takes long to open is said to be on its way', async () => {
  const workspace = join(folder, 'w');
  await (await serve(workspace)).stop();
  const other = new Database(join(workspace, 'bulkhead.db'));
  onTestFinished(() => void other.close());
  // Nobody else gets to read the file meanwhile.
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN IMMEDIATE; ROLLBACK');
  const child = spawn(process.execPath, [server, '--workspace', workspace]);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (log.includes('still opening')) other.close();
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(line)).toContain('"url"');
  expect(log.match(/still opening/g)).toHaveLength(1);
  child.kill();
  await once(child, 'exit');
});
