import { promises as fs, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openReader } from '../../../src-main/sql/open.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { allTickets, everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const large = 10_000;
let folder: string;
let time: TestTime;
let app: TestConsole;

beforeEach(() => {
  folder = makeFolder();
  time = createTestTime(Date.now());
});
afterEach(async () => {
  await app.close();
  removeFolder(folder);
});

async function openWith(tickets: number): Promise<void> {
  fillTickets(folder, makeTickets(tickets));
  app = await openTestConsole(folder, time, time);
}

function plan(category: string): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category },
  });
}

function backupMade(): Promise<unknown> {
  return app.event('backups.changed', ({ failure }) => failure === null);
}

async function reasons(): Promise<string[]> {
  const { backups } = await app.ask('backups.list', {});
  return backups.map(({ reason }) => reason);
}

/** Keeps from everybody that the next thread to begin has ended, until it is released. */
function holdExit(): { readonly held: Promise<void>; release(): void } {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  let release = (): void => undefined;
  process.once('worker', (worker: Worker) => {
    const emit = worker.emit.bind(worker);
    worker.emit = (event: string, ...args: unknown[]) => {
      if (event !== 'exit') return emit(event, ...args);
      // The thread forgets who listens as soon as this returns.
      const listeners = worker.listeners('exit');
      release = () => {
        for (const listener of listeners) listener(...args);
      };
      resolve();
      return true;
    };
  });
  return { held, release: () => release() };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.catch((error: unknown) => error);
  return outcome instanceof BulkheadError ? outcome.code : 'no error';
}

describe('a backup that is asked for', () => {
  it('is one file that says what it holds, and is listed latest first', async () => {
    await openWith(30);
    const { name, ...facts } = await app.ask('backups.create', {});
    expect(facts).toMatchObject({ at: time.now(), reason: 'manual', tickets: 30, operations: 0 });
    const { backups, folder: where } = await app.ask('backups.list', {});
    expect(readdirSync(where)).toEqual([name]);
    expect(statSync(join(where, name)).size).toBe(facts.bytes);
    time.jump(1);
    const second = await app.ask('backups.create', {});
    expect((await app.ask('backups.list', {})).backups).toEqual([second, ...backups]);
  });

  it('leaves the five latest of its kind, and those of other kinds', async () => {
    await openWith(3);
    const [first] = await Promise.all(Array.from({ length: 2 }, () => app.ask('backups.create', {})));
    await app.ask('backups.restore', { name: first?.name ?? '' });
    for (let more = 0; more < 4; more += 1) await app.ask('backups.create', {});
    expect((await reasons()).toSorted()).toEqual(['before_restore', ...Array(5).fill('manual')]);
    expect(await codeOf(app.ask('backups.restore', { name: first?.name ?? '' }))).toBe('not_found');
  });

  it('is the latest also where others were made while the clock was ahead, which go before it', async () => {
    await openWith(3);
    time.jump(1_000 * dayMs);
    const ahead = [];
    for (let more = 0; more < 5; more += 1) ahead.push((await app.ask('backups.create', {})).name);
    time.jump(-1_000 * dayMs);
    await app.run(await plan('Since'));
    const made = await app.ask('backups.create', {});
    const { backups } = await app.ask('backups.list', {});
    expect(backups.map(({ name }) => name)).toEqual([made.name, ...ahead.slice(1).toReversed()]);
    await app.run(await plan('Later'));
    await app.ask('backups.restore', { name: 'latest' });
    expect(new Set(allTickets(folder).map(({ category }) => category))).toEqual(new Set(['Since']));
  });

  it('is made also where one that is to go for it cannot be removed, which the log is told', async () => {
    await openWith(3);
    const stuck = '2020-01-01T00-00-00-000Z.manual.3.0.00000000.db';
    mkdirSync(join(folder, 'backups', stuck), { recursive: true });
    for (let more = 0; more < 4; more += 1) await app.ask('backups.create', {});
    const made = await app.ask('backups.create', {});
    const { backups } = await app.ask('backups.list', {});
    expect([backups[0], backups.at(-1)?.name]).toEqual([made, stuck]);
    expect(app.reports).toHaveLength(1);
  });

  it('is refused where there can be no folder for it', async () => {
    await openWith(3);
    const path = join(folder, 'backups');
    writeFileSync(path, 'Not a folder');
    const refused = app.ask('backups.create', {});
    await expect(refused).rejects.toMatchObject({ code: 'target_not_writable', details: { path } });
  });

  it('is refused while the disk has no room for it, with the bytes needed and free', async () => {
    await openWith(3);
    const needed = statSync(join(folder, 'bulkhead.db')).size;
    vi.spyOn(fs, 'statfs').mockResolvedValue({ ...(await fs.statfs(folder)), bavail: 1, bsize: 4096 });
    const refused = await app.ask('backups.create', {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'not_enough_space', details: { free: 4096 } });
    expect(Number((refused as BulkheadError).details?.['needed'])).toBeGreaterThanOrEqual(needed);
    expect(await reasons()).toEqual([]);
  });
});

describe('a backup that nobody asks for', () => {
  it('follows a large operation once it has been quiet for a while, and not before', async () => {
    await openWith(large);
    await app.run(await plan('All'));
    time.pass(4_000);
    await app.run(await plan('All again'));
    expect(await reasons()).toEqual([]);
    const made = backupMade();
    time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['operation']);
    time.pass(2 * hourMs);
    expect(await reasons()).toEqual(['operation']);
  });

  it('follows also a large operation that ended while another backup was being made', async () => {
    await openWith(large);
    await app.run(await plan('All'));
    const thread = holdExit();
    time.pass(5_000);
    await thread.held;
    time.pass(1_000);
    await app.run(await plan('All again'));
    const first = backupMade();
    thread.release();
    await first;
    const second = backupMade();
    time.pass(5_000);
    await second;
    expect(await reasons()).toEqual(['operation', 'operation']);
  });

  it('whose folder cannot be read is told as one that failed, and not the operation that it was to follow', async () => {
    await openWith(large);
    await fs.rm(join(folder, 'backups'), { recursive: true, force: true });
    writeFileSync(join(folder, 'backups'), 'no folder');
    expect((await app.run(await plan('All'))).state).toBe('completed');
    expect(app.reports).toEqual([]);
    const failed = app.event('backups.changed', () => true);
    time.pass(5_000);
    expect(await failed).toMatchObject({ failure: { error: { code: 'storage_error' } } });
    expect(app.notices.at(-1)).toContain('backups cannot be read: ');
  });

  it('does not follow a small operation', async () => {
    await openWith(large - 1);
    await app.ask('backups.create', {});
    await app.run(await plan('All'));
    time.pass(2 * hourMs);
    expect(await reasons()).toEqual(['manual']);
  });

  it('is made once on each day on which something was changed', async () => {
    await openWith(3);
    const first = backupMade();
    time.pass(60_000);
    await first;
    time.pass(dayMs);
    await app.run(await plan('Next day'));
    expect(await reasons()).toEqual(['daily']);
    // Files know the real time only.
    const { name } = (await app.ask('backups.list', {})).backups[0] ?? { name: '' };
    await fs.rename(join(folder, 'backups', name), join(folder, 'backups', name.replace(/^\d{4}/, '2020')));
    const second = backupMade();
    time.pass(hourMs);
    await second;
    expect(await reasons()).toEqual(['daily', 'daily']);
  });

  it('is made as ever where another was made while the clock was ahead', async () => {
    await openWith(large);
    time.jump(1_000 * dayMs);
    const ahead = backupMade();
    time.pass(60_000);
    await ahead;
    expect(await reasons()).toEqual(['daily']);
    time.jump(-1_000 * dayMs);
    const daily = backupMade();
    time.pass(hourMs + 60_000);
    await daily;
    time.jump(1);
    await app.run(await plan('All'));
    const made = backupMade();
    time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['operation', 'daily', 'daily']);
  });

  it('that fails is told to the log and to every window, also to one that comes later, and tried again', async () => {
    await openWith(3);
    const failed = app.event('backups.changed', () => true);
    const real = await fs.statfs(folder);
    const full = vi.spyOn(fs, 'statfs').mockResolvedValue({ ...real, bavail: 0 });
    time.pass(60_000);
    await vi.waitUntil(() => app.reports.length > 0);
    expect(app.reports).toMatchObject([{ code: 'not_enough_space' }]);
    const failure = { at: time.now(), error: { code: 'not_enough_space', next: expect.any(String) } };
    expect(await failed).toMatchObject({ failure });
    expect(await app.ask('backups.failure', {})).toMatchObject({ failure });
    expect(app.notices).toEqual([expect.stringMatching(/^No backup was made: This needs about /)]);
    full.mockRestore();
    const made = backupMade();
    time.pass(hourMs);
    await made;
    expect(await reasons()).toEqual(['daily']);
    expect(await app.ask('backups.failure', {})).toEqual({ failure: null });
  });

  it('that fails is not told any more once somebody has made one', async () => {
    await openWith(3);
    vi.spyOn(fs, 'statfs').mockResolvedValueOnce({ ...(await fs.statfs(folder)), bavail: 0 });
    const failed = app.event('backups.changed', ({ failure }) => failure !== null);
    time.pass(60_000);
    await failed;
    await app.ask('backups.create', {});
    expect(await app.ask('backups.failure', {})).toEqual({ failure: null });
  });
});

describe('a restore', () => {
  it('puts back every ticket and setting, keeps what was there, and is in the journal', async () => {
    await openWith(50);
    const before = allTickets(folder);
    const { name } = await app.ask('backups.create', {});
    const changed = await app.run(await plan('Changed'));
    const replaced = app.event('workspace.replaced', () => true);
    await app.ask('backups.restore', { name });
    await replaced;
    expect((await app.ask('operations.list', { limit: 10 })).operations).toEqual([]);
    const again = await plan('Goes on');
    // Its number stays with the operation that is not there any more.
    expect(again.id).toBe(changed.id + 1);
    expect((await app.run(again)).state).toBe('completed');
    expect(await reasons()).toEqual(['before_restore', 'manual']);
    const [kept] = (await app.ask('backups.list', {})).backups;
    expect(kept).toMatchObject({ tickets: 50, operations: 1 });

    await app.ask('backups.restore', { name });
    expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
    await app.close();
    expect(allTickets(folder)).toEqual(before);
    const journal = readDatabase(folder, (db) => db.prepare('SELECT event, detail FROM journal').all());
    expect(journal).toEqual([
      {
        event: 'restored',
        detail: expect.stringMatching(`"backup":"${name}".*"why":"asked","actor":"tester"`),
      },
    ]);
  });

  it('lets nothing be written meanwhile, and says so', async () => {
    await openWith(500);
    const { name } = await app.ask('backups.create', {});
    const restoring = app.ask('backups.restore', { name });
    const codes = new Set<string>();
    let isDone = false;
    void restoring.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      codes.add(await codeOf(app.ask('settings.update', { theme: 'dark' })));
      await setImmediate();
    }
    await restoring;
    expect([...codes].toSorted()).toEqual(['no error', 'restoring']);
    expect(app.reports).toEqual([]);
  });

  it('ends a plan that is being made, and nothing of it comes into what was put back', async () => {
    await openWith(20_000);
    const { name } = await app.ask('backups.create', {});
    const begun = app.event('operation.planning', ({ planned }) => planned > 0);
    const planning = plan('Half a plan');
    await begun;
    const [restored, planned] = await Promise.allSettled([app.ask('backups.restore', { name }), planning]);
    expect(restored.status).toBe('fulfilled');
    expect(planned).toMatchObject({ status: 'rejected', reason: { code: 'restoring' } });
    const draft = await plan('A whole plan');
    expect(countsOf(draft.tallies)).toMatchObject({ planned: 20_000, total: 20_000 });
  });

  it('is refused while an operation runs', async () => {
    await openWith(5_000);
    const { name } = await app.ask('backups.create', {});
    const draft = await plan('Running');
    await app.ask('operations.start', { id: draft.id });
    expect(await codeOf(app.ask('backups.restore', { name }))).toBe('wrong_state');
    expect((await app.ended(draft.id)).state).toBe('completed');
    expect(await reasons()).toEqual(['manual']);
  });

  it('is refused while somebody else reads the database, which goes on as it was', async () => {
    await openWith(50);
    const { name } = await app.ask('backups.create', {});
    await app.run(await plan('Changed'));
    const reader = openReader(join(folder, 'bulkhead.db'));
    reader.prepare('SELECT count(*) FROM tickets').get();
    expect(await codeOf(app.ask('backups.restore', { name }))).toBe('storage_busy');
    reader.close();
    expect((await app.ask('operations.list', { limit: 10 })).operations).toHaveLength(1);
    expect((await app.run(await plan('Goes on'))).state).toBe('completed');
    await app.ask('backups.restore', { name });
    expect((await app.ask('operations.list', { limit: 10 })).operations).toEqual([]);
  });

  it('of a damaged backup is refused, and everything stays as it is', async () => {
    await openWith(50);
    const { name } = await app.ask('backups.create', {});
    const path = join(folder, 'backups', name);
    const bytes = readFileSync(path);
    // A change in a value, which SQLite's own check does not notice.
    const at = bytes.indexOf('Ticket 17');
    bytes[at] = 'P'.charCodeAt(0);
    writeFileSync(path, bytes);
    await app.run(await plan('Changed'));
    expect(await codeOf(app.ask('backups.restore', { name }))).toBe('backup_damaged');
    expect(await reasons()).toEqual(['manual']);
    expect((await app.ask('operations.list', { limit: 10 })).operations).toHaveLength(1);
    expect((await app.run(await plan('Goes on'))).state).toBe('completed');
    expect(readdirSync(folder).filter((entry) => entry.startsWith('.bulkhead'))).toEqual([]);
  });

  it('is carried out to its end though another one is asked for meanwhile, which fails', async () => {
    await openWith(3);
    const left = await plan('Left');
    const { name } = await app.ask('backups.create', {});
    const damaged = await app.ask('backups.create', {});
    writeFileSync(join(folder, 'backups', damaged.name), 'Damaged');
    const told = app.event('workspace.replaced', () => true);
    const asked = [name, damaged.name].map((each) => codeOf(app.ask('backups.restore', { name: each })));
    expect(await Promise.all(asked)).toEqual(['no error', 'backup_damaged']);
    await told;
    expect(await codeOf(app.ask('operations.get', { id: left.id }))).toBe('not_found');
  });

  it('is followed by a backup of what is there then', async () => {
    await openWith(3);
    const { name } = await app.ask('backups.create', {});
    await app.ask('backups.restore', { name });
    const made = backupMade();
    time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['operation', 'before_restore', 'manual']);
  });
});
