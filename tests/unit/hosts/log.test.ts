import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../../../scripts/lib/tools.mjs';
import { createLog } from '../../../src-main/hosts/log.ts';
import { createHttp } from '../../../src-main/remotes/http.ts';
import { openGate } from '../../fakes/open-gate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const logged = (): string => readFileSync(join(folder, 'bulkhead.log'), 'utf8');

test('holds what went wrong, and neither what a remote sent nor the key it was asked with', async () => {
  const server = createServer((_request, response) => {
    const body = JSON.stringify({ error: { message: 'ticket-text-canary' } });
    response.writeHead(422, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const http = createHttp({
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'key-canary',
    gate: { ...openGate, note: () => undefined },
  });
  const failure: unknown = await http
    .ask({ method: 'GET', path: '/tickets' }, AbortSignal.timeout(10_000))
    .catch((error: unknown) => error);
  http.close();
  server.close();
  // What is looked for below is there to be logged.
  expect(JSON.stringify(failure)).toContain('ticket-text-canary');

  const outer = Object.assign(new Error('The pull failed.', { cause: failure }), {
    sent: 'ticket-text-canary',
  });
  const log = createLog(folder);
  log.error({ err: outer, context: 'pull' }, 'unexpected failure');
  log.error(failure);
  log.error({ err: { body: 'ticket-text-canary' } });
  expect(logged()).not.toMatch(/canary/);
  const [first = ''] = logged().split('\n');
  expect(JSON.parse(first)).toMatchObject({
    msg: 'unexpected failure',
    context: 'pull',
    err: {
      name: 'Error',
      message: 'The pull failed.',
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'HttpFailure', code: '422', message: 'GET /tickets was answered with 422.' },
    },
  });
});

test('of a console that runs for long stays within 20 MB, and keeps what came last', () => {
  // In a process of its own, whose stderr nobody has to read.
  const lines = 4_000;
  const script = `
    import { createLog } from './src-main/hosts/log.ts';
    const log = createLog(${JSON.stringify(folder)});
    for (let line = 1; line <= ${lines}; line += 1) log.info({ line, text: 'x'.repeat(10_000) });
  `;
  const node = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    stdio: 'ignore',
  });
  expect(node.status).toBe(0);
  const files = readdirSync(folder).toSorted();
  expect(files).toEqual(['bulkhead.log', 'bulkhead.log.1']);
  const sizes = files.map((name) => statSync(join(folder, name)));
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(20_000_000);
  if (process.platform !== 'win32') expect(sizes.map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o600]);
  const numbers = files
    .toReversed()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => (JSON.parse(line) as { line: number }).line);
  expect(numbers.at(-1)).toBe(lines);
  expect(numbers).toEqual(numbers.map((_, at) => lines - numbers.length + 1 + at));
});

test('that cannot be written ends nothing, and goes on when it can', () => {
  const log = createLog(folder);
  // A folder where the file should be: root may write every file.
  mkdirSync(join(folder, 'bulkhead.log'));
  log.info('lost');
  rmSync(join(folder, 'bulkhead.log'), { recursive: true });
  log.info('kept');
  expect(logged()).toContain('kept');
});

test.runIf(process.platform === 'linux')('whose stderr goes to a full disk ends nothing', () => {
  const script = `
    import { createLog } from './src-main/hosts/log.ts';
    const log = createLog(${JSON.stringify(folder)});
    for (let line = 1; line <= 300; line += 1) log.info({ line, text: 'x'.repeat(10_000) });
  `;
  const full = openSync('/dev/full', 'w');
  const node = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    stdio: ['ignore', 'ignore', full],
  });
  closeSync(full);
  expect(node.status).toBe(0);
  expect(logged().trim().split('\n').length).toBe(300);
});
