import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../src-main/remotes/remote.ts';
import { openReader } from '../../src-main/sql/open.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { createWorld, hasIntent, type RemoteDeath } from './remote-harness.ts';
import { size } from './size.ts';

const tickets = size({ short: 400, long: 3_000 });
const kills = size({ short: 6, long: 10 });
/** One effect in so many is taken for the moment at which the computer stops. */
const every = size({ short: 40, long: 50 });
const random = randomFrom(seed);
const upTo = (n: number) => 1 + Math.floor(random() * n);

/** What is on the disk of a workspace at this moment. */
function copyOf(folder: string): string {
  const copy = makeFolder();
  for (const name of ['bulkhead.db', 'bulkhead.db-wal']) {
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
  }
  return copy;
}

function anyDeath(): RemoteDeath {
  const dice = random();
  if (dice < 0.4) return { at: 'effect', nth: upTo(tickets / kills) };
  if (dice < 0.6) return { place: 'before_send', nth: upTo(6) };
  if (dice < 0.8) return { place: 'after_send', nth: upTo(6) };
  return { thread: 'main', kind: 'answer', method: 'exchangeDeliveries', nth: upTo(6), how: 'kill' };
}

describe('no effect without an intent that was on record before', { timeout: 600_000 }, () => {
  it.concurrent.for<Capabilities['idempotency']>(['keys', 'none'])(
    'at a remote with %s, whatever the console is killed at',
    async (idempotency, { onTestFinished }) => {
      const missing: string[] = [];
      let looks = 0;
      const world = await createWorld({
        tickets,
        server: { honoursKeys: idempotency === 'keys' },
        capabilities: { idempotency, batchMax: 4, concurrency: 4, settleMs: 150 },
        action: 'add_comment',
        input: { comment: 'Thank you.' },
        options: undefined,
        atEffect: ({ delivery: { key }, nth }, folder) => {
          if (nth % every !== 0) return;
          looks += 1;
          const copy = copyOf(folder);
          const db = openReader(join(copy, 'bulkhead.db'));
          if (!hasIntent(db, key)) missing.push(key);
          db.close();
          removeFolder(copy);
        },
      });
      onTestFinished(world.close);
      await world.runDespite(Array.from({ length: kills }, anyDeath));
      expect(world.withoutIntent).toEqual([]);
      expect(missing).toEqual([]);
      expect(looks).toBe(Math.floor(tickets / every));
    },
  );
});
