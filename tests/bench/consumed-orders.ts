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
  // The code is warm then, and the threads have what they take once.
  await consume(told);
  const count = told * 5;
  const { perSecond, growth } = await consume(count);
  return [
    byLeast(
      {
        name: `orders told by streams per second that a remote answers at once, journal included, ${count.toLocaleString('en')} of them`,
        limit: 10_000,
        why: 'Each is planned, changed here, sent, read back from a page of changes, and written down with thousands of others in one transaction.',
      },
      perSecond,
      '/s',
    ),
    byValue(
      {
        name: 'memory of the process in the second half of that, beyond the most in the first',
        limit: 50,
        why: 'Up to four batches of 2,000 are under way, and changes are read page by page, however many there are; the rest is what waits to be collected.',
      },
      growth / megabyte,
      'MB',
    ),
  ];
}

/** Orders per second, and by how many bytes the process was larger in the second half of the time than ever before. */
async function consume(count: number): Promise<{ perSecond: number; growth: number }> {
  return withPeer(count, (peer) =>
    withConsole(async (console) => {
      await mirror(console, peer, 'orders', count);
      const looks = [process.memoryUsage.rss()];
      const timer = setInterval(() => looks.push(process.memoryUsage.rss()), lookMs);
      const asked = {
        action: 'status_update',
        collection: 'orders',
        input: { status: 'PROCESSING' },
      } as const;
      const ms = await timed(() => tell(console, asked, count));
      clearInterval(timer);
      const half = Math.ceil(looks.length / 2);
      const growth = Math.max(...looks.slice(half)) - Math.max(...looks.slice(0, half));
      return { perSecond: (count / ms) * 1_000, growth: Math.max(0, growth) };
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
