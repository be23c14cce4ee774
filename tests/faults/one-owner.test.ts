import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { limit, size } from './size.ts';
import { type StorageChild, startStorageChild } from './storage-harness.ts';

const races = size({ short: 8, long: 100 });
/** Every so many races the owner is killed instead of closing. */
const killEvery = 4;
/** An owner that is just closing is waited for; a lock that nobody holds is not. */
const limitMs = limit(2_000);

let folder: string;
let children: StorageChild[];

beforeEach(() => {
  folder = makeFolder();
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.kill();
  removeFolder(folder);
});

async function start(): Promise<StorageChild> {
  const child = await startStorageChild();
  children.push(child);
  return child;
}

describe('one workspace, two processes', () => {
  it('that open it at once: exactly one gets it, the other is told', async () => {
    // Side by side, because most of a race is patience with an owner that might just be closing.
    const lanes = Array.from({ length: 4 }, (_, lane) => join(folder, String(lane)));
    await Promise.all(
      lanes.map(async (workspace, lane) => {
        mkdirSync(workspace);
        if (lane % 2 === 0) fillTickets(workspace, makeTickets(10));
        await expectOneOwnerEach(workspace, { first: 1 + lane, count: races / lanes.length });
      }),
    );
  });

  async function expectOneOwnerEach(
    workspace: string,
    { first, count }: { first: number; count: number },
  ): Promise<void> {
    let pair = [await start(), await start()];
    for (let race = first; race < first + count; race += 1) {
      const outcomes = await Promise.all(
        pair.map(async (child) => {
          const startedMs = performance.now();
          const answer = await child.tell({ do: 'own', folder: workspace });
          return { child, answer, tookMs: performance.now() - startedMs };
        }),
      );
      const [owner, ...others] = outcomes.filter(({ answer }) => answer?.said === 'done');
      const refused = outcomes.filter(({ answer }) => answer?.said === 'failed');
      expect([owner ? 1 : 0, others.length, refused.length], `race ${race}`).toEqual([1, 0, 1]);
      expect(refused[0]?.answer).toMatchObject({ code: 'workspace_in_use' });
      expect(refused[0]?.tookMs).toBeLessThan(limitMs);
      if (race % killEvery !== 0) {
        await owner?.child.tell({ do: 'close' });
        continue;
      }
      await owner?.child.kill();
      pair = [...pair.filter((child) => child !== owner?.child), await start()];
    }
  }

  it('tells the second one within two seconds, and lets it in as soon as the owner was killed', async () => {
    const owner = await start();
    await owner.tell({ do: 'open', folder });
    const startedMs = performance.now();
    await expect(openTestConsole(folder)).rejects.toMatchObject({
      code: 'workspace_in_use',
      message: expect.stringContaining('not touched'),
    });
    expect(performance.now() - startedMs).toBeLessThan(limitMs);

    await owner.kill();
    const againMs = performance.now();
    const app = await openTestConsole(folder);
    // Nothing waits for a lock that nobody holds: far less than the patience with a console that is just closing.
    expect(performance.now() - againMs).toBeLessThan(limit(1_400));
    await app.close();
  });

  it('waits for one that is just closing', async () => {
    const first = await openTestConsole(folder);
    const closing = first.close();
    // Refused unless the lock is free in time.
    const second = await openTestConsole(folder);
    await closing;
    expect(second.console.runningOperations()).toBe(0);
    await second.close();
  });
});
