/**
 * A console in a process of its own that keeps a copy of a server's tickets, to be killed. Connects where it is not yet,
 * changes every ticket where nothing was changed yet, and ends when the server knows; tells of it, a line of JSON at a time.
 */
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { HttpFailure } from '../../src-main/remotes/http-failure.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import { defaultRunOptions } from '../../src-shared/domain/run-options.ts';
import { everyTicket } from '../builders/tickets.ts';
import { openTestConsole, type TestConsole } from '../builders/workspace.ts';
import { type Blocked, watchBlocked } from './blocked.ts';

/** What a child is to do. */
export interface MirrorErrand {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  /** What is done to every ticket; null to pull only. */
  readonly change: { readonly action: string; readonly input: Record<string, unknown> } | null;
  /** For a server that may be killed as well: how often each delivery is tried, and of how many it is told at a time. */
  readonly mortal?: { readonly attempts: number; readonly atOnce: number };
}

export type MirrorLine =
  | { readonly said: 'open' }
  | { readonly said: 'pulled' }
  | { readonly said: 'waiting' }
  | { readonly said: 'ended'; readonly state: string; readonly blocked: Blocked };

function say(line: MirrorLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const { folder, url, token, change, mortal } = JSON.parse(process.argv[2] ?? '') as MirrorErrand;
const hasty: typeof systemTimer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 50), ring) };
const openRemote: typeof createBulkheadRemote = (options) => {
  const remote = createBulkheadRemote(options);
  const { bulk, ...rest } = remote.capabilities;
  const ways = bulk.map((way) => ({ ...way, max: Math.min(way.max, mortal?.atOnce ?? way.max) }));
  return { ...remote, capabilities: { ...rest, bulk: ways } };
};

async function until(app: TestConsole, test: (remote: Remote) => boolean): Promise<void> {
  const told = app.event('remotes.changed', ({ remotes }) => remotes.some(test));
  const { remotes } = await app.ask('remotes.list', {});
  if (!remotes.some(test)) await told;
}

async function main(): Promise<void> {
  const app = await openTestConsole(folder, systemClock, hasty, noRemotes, openRemote);
  const blocked = watchBlocked();
  say({ said: 'open' });

  const { remotes } = await app.ask('remotes.list', {});
  if (remotes.length === 0)
    await app.ask('remotes.add', { name: 'Desk', address: url, token, collections: ['tickets'] });
  // A kill may have come between the remote and its key.
  for (const { id, state } of remotes)
    if (state === 'signed_out') await app.ask('remotes.sign_in', { id, token });
  // An earlier one may have been killed while it worked offline.
  await until(app, ({ state, isOffline }) => state === 'ready' || isOffline);
  say({ said: 'pulled' });
  let state = 'pulled';
  if (change !== null) {
    const { operations } = await app.ask('operations.list', { limit: 1 });
    let id = operations[0]?.id;
    if (id === undefined) {
      const draft = await app.ask('operations.plan', {
        ...change,
        collection: 'tickets',
        selection: everyTicket,
      });
      ({ id } = draft);
      const [remote] = (await app.ask('remotes.list', {})).remotes;
      await app.ask('remotes.set_offline', { id: remote?.id ?? 0, isOffline: true });
      const retry = { ...defaultRunOptions.retry, ...(mortal && { attempts: mortal.attempts }) };
      await app.ask('operations.start', { id, options: { retry } });
    }
    const [remote] = (await app.ask('remotes.list', {})).remotes;
    if (remote?.isOffline) {
      await until(app, ({ waiting }) => waiting > 0);
      say({ said: 'waiting' });
      await new Promise((resolve) => process.stdin.once('data', resolve));
      await app.ask('remotes.set_offline', { id: remote.id, isOffline: false });
    }
    ({ state } = await app.ended(id));
    await until(app, (one) => one.state === 'ready' && one.waiting === 0);
  }
  const kept = blocked();
  await app.close();
  // Requests fail where the server is killed in the midst of them, and that is told in the log.
  const surprises = app.reports.filter((error) => !(mortal && error instanceof HttpFailure));
  if (surprises.length > 0) throw new Error(`reported: ${surprises.map(String).join('; ')}`);
  say({ said: 'ended', state, blocked: kept });
  process.exit(0);
}

void main();
