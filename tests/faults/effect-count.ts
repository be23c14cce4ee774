import { expect } from 'vitest';
import type { DeliveryState } from '../../src-shared/domain/delivery.ts';
import { readDatabase } from '../builders/tickets.ts';
import type { EffectServer } from '../fakes/effect-server.ts';

/** How often each item's change took place at a server, from now on. */
export function countEffects(server: EffectServer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  server.onEffect(({ delivery: { key } }) => counts.set(itemOf(key), (counts.get(itemOf(key)) ?? 0) + 1));
  return counts;
}

/** The operation and the item of a key: under another key it would be the same change. */
function itemOf(key: string): string {
  return key.split(':').slice(0, 2).join(':');
}

/**
 * Deliveries that are on record as something else than the server made of them. What is not settled, or unknown, may have
 * taken place, once.
 */
export function mistold(folder: string, effects: ReadonlyMap<string, number>): unknown[] {
  const deliveries = readDatabase(
    folder,
    (db) =>
      db.prepare('SELECT idempotency_key AS key, state, code FROM deliveries').all() as {
        key: string;
        state: DeliveryState;
        code: string | null;
      }[],
  );
  const items = new Set(deliveries.map(({ key }) => itemOf(key)));
  expect([...effects.keys()].filter((item) => !items.has(item))).toEqual([]);
  return deliveries
    .map((delivery) => ({ ...delivery, times: effects.get(itemOf(delivery.key)) ?? 0 }))
    .filter(({ state, times }) => {
      if (state === 'confirmed') return times !== 1;
      return times > (['refused', 'conflict', 'cancelled'].includes(state) ? 0 : 1);
    });
}
