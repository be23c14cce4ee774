import { describe, expect, it } from 'vitest';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import {
  createWorld,
  deathsAtEffects,
  effectCounts,
  type RemoteDeath,
  type RemoteWorld,
} from './remote-harness.ts';
import { size } from './size.ts';

const [batchMax, concurrency] = [8, 4];
const random = randomFrom(seed);
const upTo = (n: number) => 1 + Math.floor(random() * n);

function open(tickets: number, poison?: string): Promise<RemoteWorld> {
  return createWorld({
    tickets,
    ...(poison !== undefined && { poison }),
    server: { honoursKeys: true },
    capabilities: { idempotency: 'keys', batchMax, concurrency },
    action: 'update_category',
    input: { category: 'Everything' },
    options: undefined,
  });
}

const exchange = { kind: 'statement', method: 'exchangeDeliveries', thread: 'writer' } as const;

/** The named places around a request, and around what comes of it: each is when a child ends that goes on with an operation. */
const places: Record<string, readonly (() => RemoteDeath)[]> = {
  'after the intent, before or after the request': [
    () => ({ thread: 'main', kind: 'answer', method: 'exchangeDeliveries', nth: upTo(10), how: 'kill' }),
    () => ({ place: 'before_send', nth: upTo(10) }),
    () => ({ place: 'after_send', nth: upTo(10) }),
  ],
  'before or after the outcome is written down': [
    () => ({ ...exchange, text: 'UPDATE deliveries AS d SET state', nth: upTo(10), how: 'kill' }),
    () => ({ ...exchange, text: 'COMMIT', nth: 1 + upTo(10), how: 'kill-after' }),
  ],
};

function atFinish(): RemoteDeath {
  const how = random() < 0.5 ? 'kill' : 'kill-after';
  const text = 'UPDATE operations SET state';
  return { thread: 'writer', kind: 'statement', method: 'finishOperation', text, nth: 1, how };
}

async function expectEveryTicketOnce(
  world: RemoteWorld,
  tickets: number,
  deaths: readonly RemoteDeath[],
): Promise<void> {
  expect(await world.runDespite(deaths)).toBe('completed');
  expect(effectCounts(world.server, tickets)).toEqual({ none: 0, once: tickets, more: 0 });
  expect(world.deliveries()).toEqual([{ state: 'confirmed', code: null, count: tickets }]);
  expect(world.withoutIntent).toEqual([]);
}

describe('a remote that honours keys', { timeout: 600_000 }, () => {
  it.concurrent('gets every change once, whatever effects the console is killed at', async ({
    onTestFinished,
  }) => {
    const tickets = size({ short: 1_000, long: 20_000 });
    const kills = size({ short: 5, long: 200 });
    const world = await open(tickets);
    onTestFinished(world.close);
    const deaths = deathsAtEffects(kills, { tickets, inFlight: batchMax * concurrency, random });
    await expectEveryTicketOnce(world, tickets, deaths);
  });

  it.concurrent.for(Object.entries(places))(
    'gets every change once, when the console is killed %s, and at the end',
    async ([, killed], { onTestFinished }) => {
      const tickets = size({ short: 500, long: 20_000 });
      const kills = size({ short: 1, long: 50 });
      const world = await open(tickets);
      onTestFinished(world.close);
      const deaths = killed.flatMap((death) => Array.from({ length: kills }, death));
      const last = Array.from({ length: Math.ceil(kills / 2) }, atFinish);
      await expectEveryTicketOnce(world, tickets, [...deaths.toSorted(() => random() - 0.5), ...last]);
    },
  );

  it.concurrent('never gets what ended the console three times, but everything else', async ({
    onTestFinished,
  }) => {
    const tickets = 300;
    const world = await open(tickets, '17');
    onTestFinished(world.close);
    for (let crash = 1; crash <= 3; crash += 1) expect((await world.start().gone).isKilled).toBe(true);
    const { lines } = await world.start().gone;
    expect(lines.at(-1)).toMatchObject({ said: 'ended', state: 'partial' });
    expect(world.deliveries()).toEqual([
      { state: 'confirmed', code: null, count: tickets - 1 },
      { state: 'refused', code: 'quarantined', count: 1 },
    ]);
    expect(effectCounts(world.server, tickets)).toEqual({ none: 1, once: tickets - 1, more: 0 });
    expect(world.server.effects.has('17')).toBe(false);
  });
});
