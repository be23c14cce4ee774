import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { commandFor, run } from '../../scripts/lib/tools.mjs';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { serve } from '../e2e/console-process.ts';
import { type Benchmark, byLeast, bySpeedup, type Result, type Scale, timed } from './bench.ts';
import { workspaceOf } from './workspaces.ts';

const everything = { mode: 'filter', filter: {} } as const;

/** A console that keeps copies of a served workspace's records on the same machine, and tells it of what changes here. */
export const remoteBenchmark: Benchmark = {
  name: 'remote',
  run: async (scale: Scale): Promise<Result[]> => {
    const { code, output } = await run(commandFor('scripts/build.mjs', ['--if-changed']), { isQuiet: true });
    if (code !== 0) throw new Error(`The build failed, so there is nothing to measure.\n${output}`);
    return [...(await tickets(scale)), ...(await orders(scale))];
  },
};

async function tickets(scale: Scale): Promise<Result[]> {
  const count = scale.told;
  return withServed(workspaceOf(count, 'open'), async (served, console) => {
    const pulledMs = await timed(() => mirror(console, served, 'tickets', count));
    const toldMs = await timed(() =>
      tell(console, { action: 'update_status', collection: 'tickets', input: { status: 'pending' } }, count),
    );
    const patched = Math.min(scale.few, 500);
    const patchedMs = await timed(() => patchOneByOne(served, patched));
    return [
      byLeast(
        {
          name: `tickets copied from a remote per second, ${count.toLocaleString('en')} of them`,
          limit: 5_000,
          why: 'Pages of a thousand: one is asked for while the one before is written, with the place it was read to, in one transaction.',
        },
        (count / pulledMs) * 1000,
        '/s',
      ),
      bySpeedup(
        {
          name: `time per ticket told to a remote, confirmed and read back, against one PATCH after another`,
          limit: 8,
          why: 'A thousand tickets go in one call, whose outcomes come back in pages of changes; a PATCH waits for the disk of the other side each time.',
        },
        (toldMs / count) * 1000,
        (patchedMs / patched) * 1000,
        'µs',
      ),
    ];
  });
}

async function orders(scale: Scale): Promise<Result[]> {
  const count = scale.told;
  const folder = makeFolder();
  const filling = await openTestConsole(folder);
  await filling.run(await filling.ask('sample.plan', { collection: 'orders', count, seed: 1 }));
  await filling.close();
  return withServed(folder, async (served, console) => {
    await mirror(console, served, 'orders', count);
    let told = 0;
    const ms = await timed(async () => {
      told = await tell(console, { action: 'archive', collection: 'orders', input: {} });
    });
    return [
      byLeast(
        {
          name: 'orders told to a remote by streams per second, journal on both sides included',
          limit: 10_000,
          why: 'Every order is a line of its own; lines are written down together, with the place where a broken stream would be taken up again.',
        },
        (told / ms) * 1000,
        '/s',
      ),
    ];
  });
}

interface Served {
  readonly url: string;
  readonly token: string;
}

async function withServed(
  folder: string,
  use: (served: Served, console: TestConsole) => Promise<Result[]>,
): Promise<Result[]> {
  const served = await serve(folder);
  const mine = makeFolder();
  const console = await openTestConsole(mine);
  try {
    return await use({ url: new URL(served.url).origin, token: served.token }, console);
  } finally {
    await console.close();
    await served.stop();
    removeFolder(mine);
    removeFolder(folder);
  }
}

async function mirror(
  console: TestConsole,
  { url, token }: Served,
  collection: CollectionName,
  count: number,
): Promise<void> {
  const isHere = console.event('remotes.changed', ({ remotes }) =>
    remotes.some(({ mirrors }) => mirrors.every(({ pulledAt }) => pulledAt !== null)),
  );
  await console.ask('remotes.add', { name: 'Served', address: url, token, collections: [collection] });
  await isHere;
  const filter = {};
  const here = await console.ask('records.count', { collection, filter });
  if (here.count !== count) throw new Error(`${here.count} of ${count} ${collection} were copied`);
}

/** Plans, starts and waits until the remote has confirmed; answers how many it has. */
async function tell(
  console: TestConsole,
  asked: { action: string; collection: CollectionName; input: Record<string, unknown> },
  expected?: number,
): Promise<number> {
  const draft = await console.ask('operations.plan', { ...asked, selection: everything });
  const { delivery, state, ...rest } = await console.run(draft);
  const confirmed = delivery?.confirmed ?? 0;
  if (state !== 'completed' || confirmed !== (expected ?? confirmed) || confirmed === 0)
    throw new Error(
      `${confirmed} were confirmed, and the operation is ${state}: ${JSON.stringify([delivery, draft.tallies, rest.tallies])}`,
    );
  return confirmed;
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
