import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { byLeast, byValue, type Result, type Scale, timed } from './bench.ts';
import { mirror, type Served, tell, withConsole } from './remotes.ts';

const lookMs = 20;
const megabyte = 2 ** 20;

/** What the console makes of streams that a remote answers as fast as they can be read. */
export async function consumedOrders({ told }: Scale): Promise<Result[]> {
  // The first run warms the code up and takes what the threads take once.
  const few = await consume(told);
  const many = await consume(told * 5);
  return [
    byLeast(
      {
        name: `orders told by streams per second that a remote answers at once, journal included, ${(told * 5).toLocaleString('en')} of them`,
        limit: 10_000,
        why: 'Each is planned, changed here, sent, read back from a page of changes, and written down with thousands of others in one transaction.',
      },
      many.perSecond,
      '/s',
    ),
    byValue(
      {
        name: `memory growth meanwhile, beyond that of ${told.toLocaleString('en')}`,
        limit: 50,
        why: 'Up to four batches of 2,000 are under way, and changes are read page by page, however many there are.',
      },
      Math.max(0, many.growth - few.growth) / megabyte,
      'MB',
    ),
  ];
}

/** Orders per second, and by how many bytes the process grew at most while they were told. */
async function consume(count: number): Promise<{ perSecond: number; growth: number }> {
  return withPeer(count, (peer) =>
    withConsole(async (console) => {
      await mirror(console, peer, 'orders', count);
      const before = process.memoryUsage.rss();
      let most = before;
      const timer = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss());
      }, lookMs);
      const ms = await timed(() =>
        tell(
          console,
          { action: 'status_update', collection: 'orders', input: { status: 'PROCESSING' } },
          count,
        ),
      );
      clearInterval(timer);
      return { perSecond: (count / ms) * 1_000, growth: most - before };
    }),
  );
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
