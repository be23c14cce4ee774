import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { day, useTimedConsole } from './timed-console.ts';

const nothing = { operations: 0, items: 0, files: 0, fileBytes: 0 };
const count = 5_000;
const setup = useTimedConsole(count);

describe('files of old exports', () => {
  let exportsFolder: string;
  beforeEach(() => {
    exportsFolder = join(setup.folder, 'exports');
    mkdirSync(exportsFolder);
  });

  async function exportTo(path: string): Promise<Operation> {
    const input = { columns: ['id'], has_bom: false, target: setup.app.handle(path) };
    const draft = await setup.app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    return setup.app.run(draft);
  }

  async function keepExports(exportDays: number | null): Promise<void> {
    await setup.app.ask('settings.update', { exportDays });
  }

  it('go when they are older than what is kept, and the journal tells of it', async () => {
    const path = join(exportsFolder, 'old.csv');
    const { id, file } = await exportTo(path);
    await keepExports(7);
    setup.time.jump(7 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    setup.time.jump(1);
    const expected = { ...nothing, files: 1, fileBytes: file?.bytes };
    expect(await setup.app.ask('retention.preview', {})).toEqual(expected);
    expect(existsSync(path)).toBe(true);
    expect(await setup.app.ask('retention.clean', {})).toEqual(expected);
    expect(existsSync(path)).toBe(false);
    const { entries } = await setup.app.ask('operations.journal', { id });
    expect(entries.at(-1)).toMatchObject({ event: 'file_removed', detail: { path, bytes: file?.bytes } });
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    expect((await setup.app.ask('history.verify', {})).problems).toEqual([]);
  });

  it('stay outside the exports folder, when they were changed, and when nobody here wrote them', async () => {
    mkdirSync(join(exportsFolder, 'deeper'));
    const outside = [join(setup.folder, 'outside.csv'), join(exportsFolder, 'deeper', 'deep.csv')];
    for (const path of outside) await exportTo(path);
    const changed = join(exportsFolder, 'changed.csv');
    await exportTo(changed);
    writeFileSync(changed, 'Somebody has put notes here.');
    const linked = join(exportsFolder, 'linked.csv');
    const { file } = await exportTo(linked);
    const target = join(setup.folder, 'elsewhere.csv');
    writeFileSync(target, 'x'.repeat(file?.bytes ?? 0));
    const foreign = join(exportsFolder, 'foreign.csv');
    writeFileSync(foreign, 'not ours');
    unlinkSync(linked);
    symlinkSync(target, linked);
    await keepExports(1);
    setup.time.jump(2 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    for (const path of [...outside, changed, linked, foreign, target])
      expect(existsSync(path), path).toBe(true);
  });

  it('stay where somebody has written there in the last moment', async () => {
    const path = join(exportsFolder, 'mine.csv');
    await exportTo(path);
    await keepExports(1);
    const note = holdCall('answer', 'noteFileRemoval');
    await setup.awayFor(2 * day);
    const cleaned = setup.app.ask('retention.clean', {});
    await note.held;
    // It is written down first: a kill leaves no file gone of which nobody knows why.
    expect(existsSync(path)).toBe(true);
    writeFileSync(path, 'mine');
    note.release();
    expect(await cleaned).toEqual(nothing);
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it.each(['is pinned', 'is written anew by another export'])(
    'stay where the operation %s while others go',
    async (how) => {
      const [, second = ''] = ['first.csv', 'second.csv'].map((name) => join(exportsFolder, name));
      await exportTo(join(exportsFolder, 'first.csv'));
      const { id, file } = await exportTo(second);
      await keepExports(1);
      const note = holdCall('answer', 'noteFileRemoval');
      await setup.awayFor(2 * day);
      const cleaned = setup.app.ask('retention.clean', {});
      await note.held;
      if (how === 'is pinned') await setup.app.ask('operations.pin', { id, isPinned: true });
      else expect((await exportTo(second)).file?.bytes).toBe(file?.bytes);
      note.release();
      expect(await cleaned).toMatchObject({ files: 1 });
      expect(readdirSync(exportsFolder)).toEqual(['second.csv']);
      const { entries } = await setup.app.ask('operations.journal', { id });
      expect(entries.map(({ event }) => event)).not.toContain('file_removed');
    },
  );

  it('stay while they are pinned', async () => {
    const { id } = await exportTo(join(exportsFolder, 'pinned.csv'));
    await setup.app.ask('operations.pin', { id, isPinned: true });
    await keepExports(1);
    setup.time.jump(2 * day);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
  });

  it('stay where a younger export wrote to the same place, or is about to', async () => {
    const path = join(exportsFolder, 'again.csv');
    const first = await exportTo(path);
    await keepExports(1);
    setup.time.jump(2 * day);
    const second = await exportTo(path);
    expect(second.file?.bytes).toBe(first.file?.bytes);
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    setup.time.jump(2 * day);
    const input = { columns: ['id'], has_bom: false, target: setup.app.handle(path) };
    const draft = await setup.app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    expect(await setup.app.ask('retention.clean', {})).toEqual(nothing);
    await setup.app.ask('operations.discard', { id: draft.id });
    expect(await setup.app.ask('retention.clean', {})).toMatchObject({ files: 1 });
    expect(readdirSync(exportsFolder)).toEqual([]);
    expect(countsOf(second.tallies).done).toBe(count);
  });
});
