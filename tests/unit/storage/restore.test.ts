import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../../src-main/sql/open.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { killThreadsAt } from '../../builders/deadly-calls.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { allTickets, readDatabase } from '../../builders/tickets.ts';
import { codeOf, useBackups } from './use-backups.ts';

const setup = useBackups();
const { openWith, plan, backupMade, reasons } = setup;

/** A change in a value of a backup, which SQLite's own check does not notice. */
function damage(name: string): void {
  const path = join(setup.folder, 'backups', name);
  const bytes = readFileSync(path);
  const at = bytes.indexOf('Ticket 17');
  bytes[at] = 'P'.charCodeAt(0);
  writeFileSync(path, bytes);
}

describe('a restore', () => {
  it('puts back every ticket and setting, keeps what was there, and is in the journal with who did it', async () => {
    await openWith(50);
    const before = allTickets(setup.folder);
    const { name } = await setup.app.ask('backups.create', {});
    const changed = await setup.app.run(await plan('Changed'));
    const replaced = setup.app.event('workspace.replaced', () => true);
    await setup.app.ask('backups.restore', { name });
    await replaced;
    expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toEqual([]);
    const again = await plan('Goes on');
    // Its number stays with the operation that is not there any more.
    expect(again.id).toBe(changed.id + 1);
    expect((await setup.app.run(again)).state).toBe('completed');
    expect(await reasons()).toEqual(['before_restore', 'manual']);
    const [kept] = (await setup.app.ask('backups.list', {})).backups;
    expect(kept).toMatchObject({ tickets: 50, operations: 1 });

    const ada = { client: 'w', actor: 'ada', role: 'admin' } as const;
    await setup.app.ask('backups.restore', { name }, ada);
    expect(await setup.app.ask('history.verify', {})).toMatchObject({ problems: [] });
    await setup.app.close();
    expect(allTickets(setup.folder)).toEqual(before);
    const journal = readDatabase(setup.folder, (db) => db.prepare('SELECT event, detail FROM journal').all());
    expect(journal).toEqual([
      {
        event: 'restored',
        detail: expect.stringMatching(`"backup":"${name}".*"why":"asked","actor":"ada"`),
      },
    ]);
  });

  it('lets nothing be written meanwhile, and says so', async () => {
    await openWith(500);
    const { name } = await setup.app.ask('backups.create', {});
    const restoring = setup.app.ask('backups.restore', { name });
    const codes = new Set<string>();
    const readingCodes = new Set<string>();
    let isDone = false;
    void restoring.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      codes.add(await codeOf(setup.app.ask('settings.update', { theme: 'dark' })));
      readingCodes.add(await codeOf(setup.app.ask('operations.list', { limit: 1 })));
      await setImmediate();
    }
    await restoring;
    expect([...codes].toSorted()).toEqual(['no error', 'restoring']);
    expect(readingCodes).not.toContain('stopping');
    expect(setup.app.reports).toEqual([]);
  });

  it('ends a plan that is being made, and nothing of it gets into the restored database', async () => {
    const half = holdCall('answer', 'planChange');
    await openWith(20_000);
    const { name } = await setup.app.ask('backups.create', {});
    const planning = plan('Half a plan');
    await half.held;
    const both = Promise.allSettled([setup.app.ask('backups.restore', { name }), planning]);
    await expect.poll(() => codeOf(setup.app.ask('settings.update', { theme: 'dark' }))).toBe('restoring');
    half.release();
    const [restored, planned] = await both;
    expect(restored.status).toBe('fulfilled');
    expect(planned).toMatchObject({ status: 'rejected', reason: { code: 'restoring' } });
    const draft = await plan('A whole plan');
    expect(countsOf(draft.tallies)).toMatchObject({ planned: 20_000, total: 20_000 });
  });

  it('is refused while an operation runs', async () => {
    await openWith(5_000);
    const { name } = await setup.app.ask('backups.create', {});
    const draft = await plan('Running');
    await setup.app.ask('operations.start', { id: draft.id });
    expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('wrong_state');
    expect((await setup.app.ended(draft.id)).state).toBe('completed');
    expect(await reasons()).toEqual(['manual']);
  });

  it('is refused while an operation is being started, which then runs', async () => {
    const { held, release } = holdCall('answer', 'moveOperation');
    await openWith(50);
    const { name } = await setup.app.ask('backups.create', {});
    const { id } = await plan('Begun');
    const starting = setup.app.ask('operations.start', { id });
    await held;
    let restored = 'no answer';
    const restoring = codeOf(setup.app.ask('backups.restore', { name })).then((code) => {
      restored = code;
    });
    // Where it does not know better, it waits now for what is being written.
    const isWaiting = () => codeOf(setup.app.ask('settings.update', { theme: 'dark' }));
    await expect.poll(async () => restored !== 'no answer' || (await isWaiting()) === 'restoring').toBe(true);
    release();
    await starting;
    await restoring;
    expect(restored).toBe('wrong_state');
    expect((await setup.app.ended(id)).state).toBe('completed');
    expect(setup.app.reports).toEqual([]);
  });

  it('is refused while somebody else reads the database, which goes on as it was', async () => {
    await openWith(50);
    const { name } = await setup.app.ask('backups.create', {});
    await setup.app.run(await plan('Changed'));
    const reader = openReader(join(setup.folder, 'bulkhead.db'));
    reader.prepare('SELECT count(*) FROM tickets').get();
    expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('storage_busy');
    reader.close();
    expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toHaveLength(1);
    expect((await setup.app.run(await plan('Goes on'))).state).toBe('completed');
    await setup.app.ask('backups.restore', { name });
    expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toEqual([]);
  });

  it('of a damaged backup is refused, and everything stays as it is', async () => {
    await openWith(50);
    const { name } = await setup.app.ask('backups.create', {});
    damage(name);
    await setup.app.run(await plan('Changed'));
    expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('backup_damaged');
    expect(await reasons()).toEqual(['manual']);
    expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toHaveLength(1);
    expect((await setup.app.run(await plan('Goes on'))).state).toBe('completed');
    expect(readdirSync(setup.folder).filter((entry) => entry.startsWith('.bulkhead'))).toEqual([]);
  });

  it.each(['no error', 'backup_damaged'])(
    '(%s) holds up what was due meanwhile, and no longer',
    async (code) => {
      await openWith(20_000);
      const { name } = await setup.app.ask('backups.create', {});
      if (code === 'backup_damaged') damage(name);
      const { id } = await plan('Due');
      const retry = { attempts: 1, baseMs: 10, maxMs: 10 };
      await setup.app.ask('operations.start', { id, options: { retry, startAt: setup.time.now() + 60_000 } });
      const preparing = once(process, 'worker');
      const restoring = codeOf(setup.app.ask('backups.restore', { name }));
      await preparing;
      expect(await codeOf(setup.app.ask('settings.update', { theme: 'dark' }))).toBe('restoring');
      setup.time.pass(60_000);
      expect(await restoring).toBe(code);
      if (code === 'backup_damaged') expect((await setup.app.ended(id)).state).toBe('completed');
      // Nothing is left of one that the backup does not know.
      await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
      expect(setup.app.reports).toEqual([]);
    },
  );

  it('is carried out to its end though another one is asked for meanwhile, which fails', async () => {
    await openWith(3);
    const left = await plan('Left');
    const { name } = await setup.app.ask('backups.create', {});
    const damaged = await setup.app.ask('backups.create', {});
    writeFileSync(join(setup.folder, 'backups', damaged.name), 'Damaged');
    const told = setup.app.event('workspace.replaced', () => true);
    const asked = [name, damaged.name].map((each) =>
      codeOf(setup.app.ask('backups.restore', { name: each })),
    );
    expect(await Promise.all(asked)).toEqual(['no error', 'backup_damaged']);
    await told;
    expect(await codeOf(setup.app.ask('operations.get', { id: left.id }))).toBe('not_found');
  });

  it('is not made once more by the writer that takes the place of one that died', async () => {
    let writer: Worker | undefined;
    const watch = (worker: Worker): void => {
      if (worker.threadName === 'writer') writer = worker;
    };
    process.on('worker', watch);
    await openWith(3);
    const { name } = await setup.app.ask('backups.create', {});
    await setup.app.ask('backups.restore', { name });
    await setup.app.run(await plan('Changed'));
    await writer?.terminate();
    process.off('worker', watch);
    expect((await setup.app.run(await plan('Goes on'))).state).toBe('completed');
    expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toHaveLength(2);
  });

  it('that fails, and after which the database cannot be opened at once, leaves it to be opened by the next write', async () => {
    let writers = 0;
    const endThird = (worker: Worker): void => {
      if (worker.threadName === 'writer') writers += 1;
      if (worker.threadName === 'writer' && writers === 3) void worker.terminate();
    };
    process.on('worker', endThird);
    await openWith(3);
    const { name } = await setup.app.ask('backups.create', {});
    const reader = openReader(join(setup.folder, 'bulkhead.db'));
    reader.prepare('SELECT count(*) FROM tickets').get();
    expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('worker_lost');
    process.off('worker', endThird);
    reader.close();
    expect((await setup.app.run(await plan('Goes on'))).state).toBe('completed');
    expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toHaveLength(1);
  });

  it.each(['reader', 'writer'])(
    'is carried out though a %s thread dies while it is closed for it',
    async (dying) => {
      let isFirst = true;
      const { stop } = killThreadsAt(({ thread, method }) => {
        const isDeadly = isFirst && thread === dying && method === 'close';
        if (isDeadly) isFirst = false;
        return isDeadly;
      });
      await openWith(3);
      const { name } = await setup.app.ask('backups.create', {});
      await setup.app.run(await plan('Changed'));
      expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('no error');
      stop();
      expect(isFirst).toBe(false);
      expect((await setup.app.ask('operations.list', { limit: 10 })).operations).toEqual([]);
      expect((await setup.app.run(await plan('Goes on'))).state).toBe('completed');
      expect(setup.app.reports).toEqual([]);
    },
  );

  it.each(['listRemotes', 'listUnfinished', 'recoverDeliveries'])(
    'goes on with what it holds though a thread dies of %s right after it',
    async (deadly) => {
      await openWith(3);
      const { id } = await plan('Later');
      await setup.app.ask('operations.start', { id, options: { startAt: setup.time.now() + 60_000 } });
      const { name } = await setup.app.ask('backups.create', {});
      let deaths = 0;
      const { stop } = killThreadsAt(({ method }) => method === deadly && deaths++ === 0);
      const told = setup.app.event('workspace.replaced', () => true);
      expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('no error');
      await told;
      stop();
      expect(deaths).toBeGreaterThan(1);
      setup.time.pass(60_000);
      expect((await setup.app.ended(id)).state).toBe('completed');
    },
  );

  it('is followed by a backup of what is there then', async () => {
    await openWith(3);
    const { name } = await setup.app.ask('backups.create', {});
    await setup.app.ask('backups.restore', { name });
    const made = backupMade();
    setup.time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['operation', 'before_restore', 'manual']);
  });
});
