import { promises as fs, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { codeOf, large, useBackups } from './use-backups.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const setup = useBackups();
const { openWith, plan, backupMade, reasons } = setup;

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

describe('a backup that nobody asks for', () => {
  it('follows a large operation once it has been quiet for a while, and not before', async () => {
    await openWith(large);
    await setup.app.run(await plan('All'));
    setup.time.pass(4_000);
    await setup.app.run(await plan('All again'));
    expect(await reasons()).toEqual([]);
    const made = backupMade();
    setup.time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['operation']);
    setup.time.pass(2 * hourMs);
    expect(await reasons()).toEqual(['operation']);
  });

  it('also follows a large operation that ended while another backup was being made', async () => {
    await openWith(large);
    await setup.app.run(await plan('All'));
    const thread = holdExit();
    setup.time.pass(5_000);
    await thread.held;
    setup.time.pass(1_000);
    await setup.app.run(await plan('All again'));
    const first = backupMade();
    thread.release();
    await first;
    const second = backupMade();
    setup.time.pass(5_000);
    await second;
    expect(await reasons()).toEqual(['operation', 'operation']);
  });

  it('whose folder cannot be read is reported as failed, not the operation that it was to follow', async () => {
    await openWith(large);
    await fs.rm(join(setup.folder, 'backups'), { recursive: true, force: true });
    writeFileSync(join(setup.folder, 'backups'), 'no folder');
    expect((await setup.app.run(await plan('All'))).state).toBe('completed');
    expect(setup.app.reports).toEqual([]);
    const failed = setup.app.event('backups.changed', () => true);
    setup.time.pass(5_000);
    expect(await failed).toMatchObject({ failure: { error: { code: 'storage_error' } } });
    expect(setup.app.notices.at(-1)).toContain('backups cannot be read: ');
  });

  it('does not follow a small operation', async () => {
    await openWith(large - 1);
    await setup.app.ask('backups.create', {});
    await setup.app.run(await plan('All'));
    setup.time.pass(2 * hourMs);
    expect(await reasons()).toEqual(['manual']);
  });

  it('is made once on each day on which something was changed', async () => {
    await openWith(3);
    const first = backupMade();
    setup.time.pass(60_000);
    await first;
    setup.time.pass(dayMs);
    await setup.app.run(await plan('Next day'));
    expect(await reasons()).toEqual(['daily']);
    // Files know the real time only.
    const { name } = (await setup.app.ask('backups.list', {})).backups[0] ?? { name: '' };
    await fs.rename(
      join(setup.folder, 'backups', name),
      join(setup.folder, 'backups', name.replace(/^\d{4}/, '2020')),
    );
    const second = backupMade();
    setup.time.pass(hourMs);
    await second;
    expect(await reasons()).toEqual(['daily', 'daily']);
  });

  it('is made as soon as an operation has ended that went on at its time', async () => {
    const chunk = holdCall('answer', 'applyChunk');
    await openWith(3);
    const { id } = await plan('All');
    await setup.app.ask('operations.start', { id });
    await chunk.held;
    setup.time.pass(60_000);
    expect(await reasons()).toEqual([]);
    chunk.release();
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
    const made = backupMade();
    setup.time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['daily']);
  });

  it('is made even while an operation waits for a remote that is away, though none is restored then', async () => {
    const remote = createBulkheadRemote({ address: 'http://127.0.0.1:9', token: 'secret' });
    remote.gate.setOffline(true);
    await openWith(3, new Map([['desk', remote]]));
    const { id } = await plan('All');
    const waiting = setup.app.event(
      'operation.updated',
      ({ progress }) => progress?.waiting?.reason === 'offline',
    );
    await setup.app.ask('operations.start', { id });
    await waiting;
    setup.time.pass(60_000);
    const reasonsLater = () => {
      setup.time.pass(5_000);
      return reasons();
    };
    await expect.poll(reasonsLater).toEqual(['daily']);
    expect(setup.app.console.runningOperations()).toBe(1);
    const { name } = (await setup.app.ask('backups.list', {})).backups[0] ?? { name: '' };
    expect(await codeOf(setup.app.ask('backups.restore', { name }))).toBe('wrong_state');
    remote.gate.close();
  });

  it('is made as usual even if another was made while the clock was ahead', async () => {
    await openWith(large);
    setup.time.jump(1_000 * dayMs);
    const ahead = backupMade();
    setup.time.pass(60_000);
    await ahead;
    expect(await reasons()).toEqual(['daily']);
    setup.time.jump(-1_000 * dayMs);
    const daily = backupMade();
    setup.time.pass(hourMs + 60_000);
    await daily;
    setup.time.jump(1);
    await setup.app.run(await plan('All'));
    const made = backupMade();
    setup.time.pass(5_000);
    await made;
    expect(await reasons()).toEqual(['operation', 'daily', 'daily']);
  });

  it('that fails is logged and reported to every window, also to one opened later, and tried again', async () => {
    await openWith(3);
    const failed = setup.app.event('backups.changed', () => true);
    const real = await fs.statfs(setup.folder);
    const full = vi.spyOn(fs, 'statfs').mockResolvedValue({ ...real, bavail: 0 });
    setup.time.pass(60_000);
    await expect.poll(() => setup.app.reports).toMatchObject([{ code: 'not_enough_space' }]);
    const failure = { at: setup.time.now(), error: { code: 'not_enough_space', next: expect.any(String) } };
    expect(await failed).toMatchObject({ failure });
    expect(await setup.app.ask('backups.failure', {})).toMatchObject({ failure });
    expect(setup.app.notices).toEqual([expect.stringMatching(/^No backup was made: This needs about /)]);
    full.mockRestore();
    const made = backupMade();
    setup.time.pass(hourMs);
    await made;
    expect(await reasons()).toEqual(['daily']);
    expect(await setup.app.ask('backups.failure', {})).toEqual({ failure: null });
  });

  it('that fails is no longer reported once somebody has made one', async () => {
    await openWith(3);
    vi.spyOn(fs, 'statfs').mockResolvedValueOnce({ ...(await fs.statfs(setup.folder)), bavail: 0 });
    const failed = setup.app.event('backups.changed', ({ failure }) => failure !== null);
    setup.time.pass(60_000);
    await failed;
    await setup.app.ask('backups.create', {});
    expect(await setup.app.ask('backups.failure', {})).toEqual({ failure: null });
  });
});
