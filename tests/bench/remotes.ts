import type { CollectionName } from '../../src-shared/collections/index.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { serve } from '../e2e/console-process.ts';

const everything = { mode: 'filter', filter: {} } as const;

/** Where a remote is, and the key that it takes. */
export interface Served {
  readonly url: string;
  readonly token: string;
}

/** Serves a workspace by the built console while it is used; the folder is removed afterwards. */
export async function withServed<T>(folder: string, use: (served: Served) => Promise<T>): Promise<T> {
  const served = await serve(folder);
  try {
    return await use({ url: new URL(served.url).origin, token: served.token });
  } finally {
    await served.stop();
    removeFolder(folder);
  }
}

/** A console on an empty workspace while it is used. */
export async function withConsole<T>(use: (console: TestConsole) => Promise<T>): Promise<T> {
  const mine = makeFolder();
  const console = await openTestConsole(mine);
  try {
    return await use(console);
  } finally {
    await console.close();
    removeFolder(mine);
  }
}

/** A workspace with so many sample records of a collection. */
export async function sampleWorkspace(collection: CollectionName, count: number): Promise<string> {
  const folder = makeFolder();
  const filling = await openTestConsole(folder);
  await filling.run(await filling.ask('sample.plan', { collection, count, seed: 1 }));
  await filling.close();
  return folder;
}

/** Adds a remote and waits until all its records of a collection are here. */
export async function mirror(
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
  const here = await console.ask('records.count', { collection, filter: {} });
  if (here.count !== count) throw new Error(`${here.count} of ${count} ${collection} were copied`);
}

/** Plans, starts and waits until the remote has confirmed; answers how many it has. */
export async function tell(
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
