import { describe, expect, it } from 'vitest';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { createWorld, deathsAtEffects, effectCounts, type RemoteWorld } from './remote-harness.ts';
import { size } from './size.ts';

const tickets = size({ short: 600, long: 20_000 });
const kills = size({ short: 6, long: 200 });
const [batchMax, concurrency] = [4, 4];
const random = randomFrom(seed);

/** A remote that does what it is told as often as it is told. `recall` is what it says when asked. */
function open(recall?: () => 'unclear'): Promise<RemoteWorld> {
  return createWorld({
    tickets,
    server: { honoursKeys: false, ...(recall && { recall }) },
    capabilities: { idempotency: 'none', batchMax, concurrency, settleMs: 150 },
    action: 'add_comment',
    input: { comment: 'We are looking into it.' },
    options: undefined,
  });
}

const inFlight = batchMax * concurrency;

describe('a remote that does twice what it is sent twice', { timeout: 600_000 }, () => {
  it.concurrent.for([1, 2])(
    'is sent nothing twice, whatever effects the console is killed at, but asked about it (operation %i of 2)',
    async (_nth, { onTestFinished }) => {
      const world = await open();
      onTestFinished(world.close);
      expect(await world.runDespite(deathsAtEffects(kills / 2, { tickets, inFlight, random }))).toBe(
        'completed',
      );
      expect(effectCounts(world.server, tickets)).toEqual({ none: 0, once: tickets, more: 0 });
      expect(world.deliveries()).toEqual([{ state: 'confirmed', code: null, count: tickets }]);
      expect(world.withoutIntent).toEqual([]);
    },
  );

  it.concurrent('and cannot say what it did, leaves no more unknown per kill than was in flight, and all of it is shown', async ({
    onTestFinished,
  }) => {
    const world = await open(() => 'unclear');
    onTestFinished(world.close);
    expect(await world.runDespite(deathsAtEffects(kills / 2, { tickets, inFlight, random }))).toBe('partial');
    const { more, none, once } = effectCounts(world.server, tickets);
    expect(more).toBe(0);
    const states = new Map(world.deliveries().map(({ state, count }) => [state, count]));
    const unknown = states.get('unknown') ?? 0;
    expect(unknown).toBeGreaterThan(0);
    expect(Math.max(...world.inFlight)).toBeLessThanOrEqual(inFlight);
    expect(unknown).toBeLessThanOrEqual(world.inFlight.reduce((sum, count) => sum + count));
    expect((states.get('confirmed') ?? 0) + unknown).toBe(tickets);
    // What did not happen there is among the unknown, and nothing else is.
    expect(none).toBeLessThanOrEqual(unknown);
    expect(once).toBe(tickets - none);
  });
});
