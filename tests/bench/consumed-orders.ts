import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { byLeast, byValue, type Result, type Scale, timed } from './bench.ts';
import { mirror, type Served, tell, withConsole } from './remotes.ts';

const lookMs = 250;
const megabyte = 2 ** 20;

/** What the console makes of streams that a remote answers as fast as they can be read. */
export async function consumedOrders({ told }: Scale): Promise<Result[]> {
  const count = told * 5;
  // Memory comes first: looking at it takes time, and the code is warm afterwards.
  const growth = await withCopy(count, growthWhile);
  const ms = await withCopy(count, timed);
  return [
    byLeast(
      {
        name: `orders delivered by streams per second to a remote that answers at once, journal included, ${count.toLocaleString('en')} of them`,
        limit: 10_000,
        why: 'Each is planned, changed here, sent, read back from a page of changes, and recorded with thousands of others in one transaction.',
      },
      (count / ms) * 1_000,
      '/s',
    ),
    byValue(
      {
        name: 'peak memory of the process in the second half of that, above the peak in the first, garbage excluded',
        limit: 50,
        why: 'At most four batches of 2,000 are under way, and changes are read page by page, however many there are.',
      },
      growth / megabyte,
      'MB',
    ),
  ];
}

/** Copies so many orders of a peer, and measures their being told of a change. */
async function withCopy(
  count: number,
  measure: (run: () => Promise<unknown>) => Promise<number>,
): Promise<number> {
  const asked = { action: 'status_update', collection: 'orders', input: { status: 'PROCESSING' } } as const;
  return withPeer(count, (peer) =>
    withConsole(async (console) => {
      await mirror(console, peer, 'orders', count);
      return measure(() => tell(console, asked, count));
    }),
  );
}

/** By how many bytes the process was larger in the second half of the time than ever before. */
async function growthWhile(run: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const looks: number[] = [];
  const look = (): void => {
    collect();
    looks.push(process.memoryUsage.rss());
  };
  look();
  const timer = setInterval(look, lookMs);
  await run();
  clearInterval(timer);
  look();
  const half = Math.ceil(looks.length / 2);
  return Math.max(0, Math.max(...looks.slice(half)) - Math.max(...looks.slice(0, half)));
}

async function withPeer<T>(count: number, use: (peer: Served) => Promise<T>): Promise<T> {
  const peer = spawn(process.execPath, [join(import.meta.dirname, 'order-peer.ts'), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [url] = (await once(createInterface({ input: peer.stdout }), 'line')) as [string];
    return await use({ url, token: 'peer' });
  } finally {
    peer.kill();
    await once(peer, 'exit');
  }
}
