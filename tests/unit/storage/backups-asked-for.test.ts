import { promises as fs, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { allTickets } from '../../builders/tickets.ts';
import { codeOf, useBackups } from './use-backups.ts';

const dayMs = 86_400_000;
const setup = useBackups();
const { openWith, plan, reasons } = setup;

describe('a backup that is asked for', () => {
  it('is one file that says what it holds, and is listed latest first', async () => {
    await openWith(30);
    const { name, ...facts } = await setup.app.ask('backups.create', {});
    expect(facts).toMatchObject({ at: setup.time.now(), reason: 'manual', tickets: 30, operations: 0 });
    const { backups, folder: where } = await setup.app.ask('backups.list', {});
    expect(readdirSync(where)).toEqual([name]);
    expect(statSync(join(where, name)).size).toBe(facts.bytes);
    setup.time.jump(1);
    const second = await setup.app.ask('backups.create', {});
    expect((await setup.app.ask('backups.list', {})).backups).toEqual([second, ...backups]);
  });

  it('leaves the five latest of its kind, and those of other kinds', async () => {
    await openWith(3);
    const [first] = await Promise.all(Array.from({ length: 2 }, () => setup.app.ask('backups.create', {})));
    await setup.app.ask('backups.restore', { name: first?.name ?? '' });
    for (let more = 0; more < 4; more += 1) await setup.app.ask('backups.create', {});
    expect((await reasons()).toSorted()).toEqual(['before_restore', ...Array(5).fill('manual')]);
    expect(await codeOf(setup.app.ask('backups.restore', { name: first?.name ?? '' }))).toBe('not_found');
  });

  it('is the latest even if others were made while the clock was ahead, and those are removed before it', async () => {
    await openWith(3);
    setup.time.jump(1_000 * dayMs);
    const ahead = [];
    for (let more = 0; more < 5; more += 1) ahead.push((await setup.app.ask('backups.create', {})).name);
    setup.time.jump(-1_000 * dayMs);
    await setup.app.run(await plan('Since'));
    const made = await setup.app.ask('backups.create', {});
    const { backups } = await setup.app.ask('backups.list', {});
    expect(backups.map(({ name }) => name)).toEqual([made.name, ...ahead.slice(1).toReversed()]);
    await setup.app.run(await plan('Later'));
    await setup.app.ask('backups.restore', { name: 'latest' });
    expect(new Set(allTickets(setup.folder).map(({ category }) => category))).toEqual(new Set(['Since']));
  });

  it('is made even if one that it replaces cannot be removed, which is logged', async () => {
    await openWith(3);
    const stuck = '2020-01-01T00-00-00-000Z.manual.3.0.00000000.db';
    mkdirSync(join(setup.folder, 'backups', stuck), { recursive: true });
    for (let more = 0; more < 4; more += 1) await setup.app.ask('backups.create', {});
    const made = await setup.app.ask('backups.create', {});
    const { backups } = await setup.app.ask('backups.list', {});
    expect([backups[0], backups.at(-1)?.name]).toEqual([made, stuck]);
    expect(setup.app.reports).toHaveLength(1);
  });

  it('is refused if its folder cannot be made', async () => {
    await openWith(3);
    const path = join(setup.folder, 'backups');
    writeFileSync(path, 'Not a folder');
    const refused = setup.app.ask('backups.create', {});
    await expect(refused).rejects.toMatchObject({ code: 'target_not_writable', details: { path } });
  });

  it('is refused while the disk has no room for it, with the bytes needed and free', async () => {
    await openWith(3);
    const needed = statSync(join(setup.folder, 'bulkhead.db')).size;
    vi.spyOn(fs, 'statfs').mockResolvedValue({ ...(await fs.statfs(setup.folder)), bavail: 1, bsize: 4096 });
    const refused = await setup.app.ask('backups.create', {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'not_enough_space', details: { free: 4096 } });
    expect(Number((refused as BulkheadError).details?.['needed'])).toBeGreaterThanOrEqual(needed);
    expect(await reasons()).toEqual([]);
  });
});
