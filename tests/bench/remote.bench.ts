import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { commandFor, run } from '../../scripts/lib/tools.mjs';
import { type Benchmark, byLeast, bySpeedup, type Result, type Scale, timed } from './bench.ts';
import { consumedOrders } from './consumed-orders.ts';
import { mirror, type Served, sampleWorkspace, tell, withConsole, withServed } from './remotes.ts';
import { servedSessions } from './served-sessions.ts';
import { workspaceOf } from './workspaces.ts';

/** A console that keeps copies of a served workspace's records on the same machine, and tells it of what changes here. */
export const remoteBenchmark: Benchmark = {
  name: 'remote',
  run: async (scale: Scale): Promise<Result[]> => {
    const { code, output } = await run(commandFor('scripts/build.mjs', ['--if-changed']), { isQuiet: true });
    if (code !== 0) throw new Error(`The build failed, so there is nothing to measure.\n${output}`);
    return [
      ...(await tickets(scale)),
      ...(await orders(scale)),
      ...(await consumedOrders(scale)),
      ...(await servedSessions(scale)),
    ];
  },
};

async function tickets(scale: Scale): Promise<Result[]> {
  const count = scale.told;
  return withServed(workspaceOf(count, 'open'), (served) =>
    withConsole(async (console) => {
      const pulledMs = await timed(() => mirror(console, served, 'tickets', count));
      const toldMs = await timed(() =>
        tell(
          console,
          { action: 'update_status', collection: 'tickets', input: { status: 'pending' } },
          count,
        ),
      );
      const patched = Math.min(scale.few, 500);
      const patchedMs = await timed(() => patchOneByOne(served, patched));
      return [
        byLeast(
          {
            name: `tickets copied from a remote per second, ${count.toLocaleString('en')} of them`,
            limit: 5_000,
            why: 'Pages of a thousand: the next is requested while one is written, in one transaction with the cursor it leads to.',
          },
          (count / pulledMs) * 1000,
          '/s',
        ),
        bySpeedup(
          {
            name: `time per ticket delivered to a remote, confirmed and read back, against one PATCH after another`,
            limit: 8,
            why: 'A thousand tickets go in one call, and their outcomes come back in pages of changes; a PATCH waits for the other side’s disk each time.',
          },
          (toldMs / count) * 1000,
          (patchedMs / patched) * 1000,
          'µs',
        ),
      ];
    }),
  );
}

async function orders(scale: Scale): Promise<Result[]> {
  const count = scale.told;
  return withServed(await sampleWorkspace('orders', count), (served) =>
    withConsole(async (console) => {
      await mirror(console, served, 'orders', count);
      let told = 0;
      const ms = await timed(async () => {
        told = await tell(console, { action: 'archive', collection: 'orders', input: {} });
      });
      return [
        byLeast(
          {
            name: 'orders delivered by streams per second to a served workspace on the same two cores, both sides’ journals included',
            limit: 5_000,
            why: 'Both sides plan, change, journal and read back every order, and share the processors meanwhile.',
          },
          (told / ms) * 1000,
          '/s',
        ),
      ];
    }),
  );
}

/** The plain way: a request for each ticket, on one connection that is kept open, each when the one before is answered. */
async function patchOneByOne({ url, token }: Served, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let id = 1; id <= count; id += 1) {
    const patch = request(`${url}/api/v1/tickets/${id}`, {
      method: 'PATCH',
      agent,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '"2"' },
    });
    patch.end(JSON.stringify({ status: 'open' }));
    const [answer] = await once(patch, 'response');
    answer.resume();
    await once(answer, 'end');
    if (answer.statusCode !== 200) throw new Error(`ticket ${id} was answered with ${answer.statusCode}`);
  }
  agent.destroy();
}
