import { afterEach, beforeEach, expect, it } from 'vitest';
import { seedTickets } from '../builders/seed.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import type { Blocked } from './blocked.ts';
import { startChild } from './harness.ts';
import { startConsole } from './mirror-harness.ts';
import { serve } from './served.ts';
import { size } from './size.ts';

const count = size({ short: 5_000, long: 20_000 });
const rounds = size({ short: 1, long: 5 });
let folder: string;

beforeEach(() => {
  folder = makeFolder();
  seedTickets(folder, count);
});
afterEach(() => removeFolder(folder));

it(`an operation of ${count} tickets never keeps the main thread from answering`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const category = `Round ${round}`;
    const edit = { folder, do: 'edit', action: 'update_category', input: { category } } as const;
    const child = startChild(edit);
    const { blocked } = await child.line('done');
    await child.gone;
    expectAnswering(blocked);
  }
});

it(`nor do ${count} tickets that are copied from a remote, and delivered to it`, async () => {
  const server = await serve(folder);
  const token = await server.user('mina', 'agent');
  for (let round = 0; round < rounds; round += 1) {
    const here = makeFolder();
    const change = { action: 'update_category', input: { category: `Round ${round}` } };
    const child = startConsole({ folder: here, url: server.url, token, change });
    await child.line('waiting');
    child.goOn();
    const { blocked, state } = await child.line('ended');
    await child.gone;
    removeFolder(here);
    expect(state).toBe('completed');
    expectAnswering(blocked);
  }
  await server.close();
});

function expectAnswering({ p99Ms, maxMs, statements }: Blocked): void {
  expect(statements).toBe(0);
  process.stdout.write(`kept waiting: p99 ${p99Ms.toFixed(1)} ms, most ${maxMs.toFixed(1)} ms\n`);
  expect(p99Ms).toBeLessThanOrEqual(50);
  expect(maxMs).toBeLessThanOrEqual(100);
}
