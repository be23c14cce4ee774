import { describe, expect, it } from 'vitest';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { everyTicket } from '../../builders/tickets.ts';
import type { TestConsole } from '../../builders/workspace.ts';
import { useTimedConsole } from './timed-console.ts';
import { useToldServer } from './told-server.ts';

/** The first records are a chunk of their own. */
const inTwoChunks = (count: number) => RunOptions.parse({ canary: { count, isPausing: false } });

/** How many records each word of progress counts, from now on. */
function progressOf({ console }: TestConsole): number[] {
  const told: number[] = [];
  console.subscribe(({ name, payload }) => {
    if (name === 'operation.updated' && payload.progress) told.push(payload.progress.processed);
  });
  return told;
}

describe('how far an operation is', () => {
  const setup = useTimedConsole(5);

  it('is not told again with a chunk that comes too soon', async () => {
    const told = progressOf(setup.app);
    const { id } = await setup.app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Mine' },
    });
    await setup.app.ask('operations.start', { id, options: inTwoChunks(2) });
    await setup.app.ended(id);
    expect(told).toEqual([2]);
  });
});

describe('how far an operation is of which a remote is told', () => {
  /** Half of them are the remote's. */
  const setup = useToldServer(40);
  const { open, plan, run, statesOf, once } = setup;

  it('counts what that has taken, which it is told while the rest is still being applied', async () => {
    const second = holdCall('call', 'applyChunk', 2);
    await open();
    const told = progressOf(setup.app);
    const { id } = await plan();
    await setup.app.ask('operations.start', { id, options: inTwoChunks(10) });
    await second.held;
    expect(told[0]).toBe(5);
    await expect.poll(() => statesOf(id)).toEqual({ confirmed: 5 });
    second.release();
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.server.effects).toEqual(once);
  });

  it('is told four times a second at most', async () => {
    await open({}, { batchMax: 1 });
    const told = progressOf(setup.app);
    const startedMs = performance.now();
    await run(await plan());
    const quarters = Math.ceil((performance.now() - startedMs) / 250);
    // With the chunk as well.
    expect(told.length).toBeLessThanOrEqual(1 + quarters);
  });
});
