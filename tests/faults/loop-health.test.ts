import { afterEach, beforeEach, expect, it } from 'vitest';
import { seedTickets } from '../builders/seed.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { startChild } from './harness.ts';
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
    process.stdout.write(
      `kept waiting: p99 ${blocked.p99Ms.toFixed(1)} ms, most ${blocked.maxMs.toFixed(1)} ms\n`,
    );
    expect(blocked.p99Ms).toBeLessThanOrEqual(50);
    expect(blocked.maxMs).toBeLessThanOrEqual(100);
  }
});
