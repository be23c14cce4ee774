import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillTickets, makeTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Child, startChild } from './harness.ts';

let folder: string;
const children: Child[] = [];

beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill();
    await child.gone;
  }
  removeFolder(folder);
});

function own(): Child {
  const child = startChild({ folder, do: 'own' });
  children.push(child);
  return child;
}

describe('one workspace, two processes', () => {
  it.each(['new', 'filled'])(
    'that open a %s one at once: exactly one gets it, the other is told',
    async (kind) => {
      if (kind === 'filled') fillTickets(folder, makeTickets(10));
      for (let round = 0; round < 3; round += 1) {
        const pair = [own(), own()];
        const outcomes = await Promise.all(
          pair.map(async (child) => {
            const first = await Promise.race([child.line('open'), child.line('failed')]);
            return { child, first };
          }),
        );
        const owners = outcomes.filter(({ first }) => first.said === 'open');
        const others = outcomes.filter(({ first }) => first.said === 'failed');
        expect([owners.length, others.length]).toEqual([1, 1]);
        expect(others[0]?.first).toMatchObject({ code: 'workspace_in_use' });
        for (const child of pair) child.kill();
        await Promise.all(pair.map(({ gone }) => gone));
      }
    },
  );

  it('tells the second one within two seconds, and lets it in as soon as the owner was killed', async () => {
    const owner = own();
    await owner.line('open');
    const startedMs = performance.now();
    await expect(openTestConsole(folder)).rejects.toMatchObject({
      code: 'workspace_in_use',
      message: expect.stringContaining('not touched'),
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);

    owner.kill();
    await owner.gone;
    const againMs = performance.now();
    const app = await openTestConsole(folder);
    // Nothing waits for a lock that nobody holds: far less than the patience with a console that is just closing.
    expect(performance.now() - againMs).toBeLessThan(1_400);
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
