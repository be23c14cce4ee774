/**
 * A console in a process of its own that keeps a copy of a server's tickets, to be killed. Connects where it is not yet,
 * changes every ticket where nothing was changed yet, and ends when the server knows; tells of it, a line of JSON at a time.
 */
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole } from '../builders/workspace.ts';

/** What a child is to do. */
export interface MirrorErrand {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  /** The category to set; null to pull only. */
  readonly category: string | null;
  /** Of how many tickets the server is told at a time, where not of as many as it takes. */
  readonly atOnce?: number;
}

export type MirrorLine =
  | { readonly said: 'open' }
  | { readonly said: 'pulled' }
  | { readonly said: 'waiting' }
  | { readonly said: 'ended'; readonly state: string };

function say(line: MirrorLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const { folder, url, token, category, atOnce } = JSON.parse(process.argv[2] ?? '') as MirrorErrand;
const hasty: typeof systemTimer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 50), ring) };
const openRemote: typeof createBulkheadRemote = (options) => {
  const remote = createBulkheadRemote(options);
  const { bulk, ...rest } = remote.capabilities;
  const ways = bulk.map((way) => ({ ...way, max: Math.min(way.max, atOnce ?? way.max) }));
  return { ...remote, capabilities: { ...rest, bulk: ways } };
};
const app = await openTestConsole(folder, systemClock, hasty, noRemotes, openRemote);
say({ said: 'open' });

async function until(test: (remote: Remote) => boolean): Promise<void> {
  const told = app.event('remotes.changed', ({ remotes }) => remotes.some(test));
  const { remotes } = await app.ask('remotes.list', {});
  if (!remotes.some(test)) await told;
}

const { remotes } = await app.ask('remotes.list', {});
if (remotes.length === 0)
  await app.ask('remotes.add', { name: 'Desk', address: url, token, collections: ['tickets'] });
// A kill may have come between the remote and its key.
for (const { id, state } of remotes)
  if (state === 'signed_out') await app.ask('remotes.sign_in', { id, token });
// An earlier one may have been killed while it worked offline.
await until(({ state, isOffline }) => state === 'ready' || isOffline);
say({ said: 'pulled' });
let state = 'pulled';
if (category !== null) {
  const { operations } = await app.ask('operations.list', { limit: 1 });
  let id = operations[0]?.id;
  if (id === undefined) {
    const draft = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category },
    });
    ({ id } = draft);
    const [remote] = (await app.ask('remotes.list', {})).remotes;
    await app.ask('remotes.set_offline', { id: remote?.id ?? 0, isOffline: true });
    await app.ask('operations.start', { id });
  }
  const [remote] = (await app.ask('remotes.list', {})).remotes;
  if (remote?.isOffline) {
    await until(({ waiting }) => waiting > 0);
    say({ said: 'waiting' });
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await app.ask('remotes.set_offline', { id: remote.id, isOffline: false });
  }
  ({ state } = await app.ended(id));
  await until((one) => one.state === 'ready' && one.waiting === 0);
}
await app.close();
if (app.reports.length > 0) throw new Error(`reported: ${app.reports.map(String).join('; ')}`);
say({ said: 'ended', state });
process.exit(0);
