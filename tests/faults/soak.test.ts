import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectEndedWell } from '../builders/books.ts';
import { seedTickets } from '../builders/seed.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { follow, latestOperation, miscounted } from './harness.ts';
import { shipped } from './shipped.ts';
import { size } from './size.ts';
import type { Round } from './soak-child.ts';

const count = size({ short: 2_000, long: 20_000 });
const operations = size({ short: 30, long: 100 });
/** Caches of the database fill up to their limit first. */
const warmUp = operations / 2;
const mib = 1_048_576;
/** Operations that are compared, and those before them that warm a console up. */
const some = operations / 5;
const cold = 5;
let aged: string;
let fresh: string;

beforeEach(() => {
  [aged, fresh] = [makeFolder(), makeFolder()];
  for (const folder of [aged, fresh]) seedTickets(folder, count);
});
afterEach(() => [aged, fresh].forEach(removeFolder));

/** Of a workspace that nobody has open, so that there is no log. */
function databaseBytes(): number {
  return statSync(join(aged, 'bulkhead.db')).size;
}

/** A console that carries out one operation for each `next`, until `end`. */
function startSoak(folder: string): { next(): Promise<Round>; end(): Promise<void> } {
  const args = ['--expose-gc', shipped('soak-child'), folder];
  const child = spawn(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  const said = follow<Round>(child);
  let asked = 0;
  return {
    next: () => {
      const mine = asked;
      asked += 1;
      child.stdin.write('\n');
      return said.line('round', ({ nth }) => nth === mine);
    },
    end: async () => {
      child.stdin.end();
      const { errors } = await said.gone;
      expect(errors).toBe('');
    },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function most(rounds: readonly Round[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { held } of rounds)
    for (const [kind, number] of Object.entries(held)) result[kind] = Math.max(result[kind] ?? 0, number);
  return result;
}

it(`${operations} operations of ${count} tickets in one console: it holds on to nothing and does not slow down`, async () => {
  const seededBytes = databaseBytes();
  const console = startSoak(aged);
  const rounds: Round[] = [];
  while (rounds.length < operations - some) rounds.push(await console.next());
  // In turn with a console that has just begun: a machine is faster at some times than at others, by more than what is looked for.
  const other = startSoak(fresh);
  for (let nth = 0; nth < cold; nth += 1) await other.next();
  const news: Round[] = [];
  while (news.length < some) {
    rounds.push(await console.next());
    news.push(await other.next());
  }
  await console.end();
  await other.end();

  const first = rounds.slice(cold, cold + some);
  const last = rounds.slice(-some);
  const slower = (of: (round: Round) => number) => median(last.map(of)) / median(news.map(of));
  const slowerTime = slower(({ tookMs }) => tookMs);
  const slowerCpu = slower(({ cpuMs }) => cpuMs);
  const grownMib = (of: (round: Round) => number) =>
    (median(last.map(of)) - median(rounds.slice(warmUp, warmUp + some).map(of))) / mib;
  const heapMib = grownMib(({ heapBytes }) => heapBytes);
  const rssMib = grownMib(({ rssBytes }) => rssBytes);
  const bytesPerItem = (databaseBytes() - seededBytes) / operations / count;
  process.stdout.write(
    `the last to the first of a console beside it ${slowerTime.toFixed(2)} (processor ${slowerCpu.toFixed(2)}); after warming up heap ${heapMib.toFixed(1)} MiB, process ${rssMib.toFixed(1)} MiB more, database ${bytesPerItem.toFixed(0)} bytes per item\n`,
  );
  expect(most(last)).toEqual(most(first));
  expect(heapMib).toBeLessThan(1);
  expect(rssMib).toBeLessThan(10);
  // Items stay for as long as retention keeps them; beside them next to nothing may be left of an operation.
  expect(bytesPerItem).toBeLessThan(150);
  // The processor's time, which other programs change little. A tenth of a small operation is nothing to be measured.
  expect(slowerCpu).toBeLessThanOrEqual(size({ short: 1.5, long: 1.1 }));

  const app = await openTestConsole(aged);
  for (const id of [1, operations]) expectEndedWell(aged, await app.ask('operations.get', { id }));
  await app.close();
  expect(latestOperation(aged)).toEqual({ id: operations, state: 'completed' });
  expect(miscounted(aged)).toEqual([]);
});
