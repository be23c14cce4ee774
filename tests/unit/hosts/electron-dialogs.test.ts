import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

vi.mock('electron', () => import('../../fakes/electron.ts'));

import { electron, lastSaveOptions } from '../../fakes/electron.ts';
import { useDesktop } from './electron-desktop.ts';

const nothingPromised = async () => [];

const desktop = useDesktop();

describe('dialogs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-dialog-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('give out handles, and only those lead to paths', async () => {
    await desktop.start();
    const path = join(folder, 'tickets.csv');
    writeFileSync(path, 'id\n1\n');
    electron.openDialog = { filePaths: [path] };
    const file = await desktop.host.chooseFile();
    expect(file).toMatchObject({ name: 'tickets.csv', bytes: 5 });
    expect(desktop.host.pathOf(file?.handle ?? '')).toBe(path);
    expect(() => desktop.host.pathOf(path)).toThrow(expect.objectContaining({ code: 'file_not_found' }));
  });

  test('that are closed without a choice answer nothing', async () => {
    await desktop.start();
    electron.openDialog = { filePaths: [] };
    electron.saveDialog = { filePath: '' };
    expect([
      await desktop.host.chooseFile(),
      await desktop.host.chooseTarget('x.csv', nothingPromised),
    ]).toEqual([null, null]);
  });

  test('propose a harmless name in the folder that was used last', async () => {
    await desktop.start();
    electron.saveDialog = { filePath: join(folder, 'mine.csv') };
    const target = await desktop.host.chooseTarget('../../../etc/cron.d/x.csv', nothingPromised);
    expect(lastSaveOptions.defaultPath).toBe('/home/agent/downloads/x.csv');
    expect(desktop.host.pathOf(target?.handle ?? '')).toBe(join(folder, 'mine.csv'));
    await desktop.host.chooseTarget('next.csv', nothingPromised);
    expect(lastSaveOptions.defaultPath).toBe(join(folder, 'next.csv'));
  });

  test('show a file in its folder, unless it has gone', async () => {
    await desktop.start();
    writeFileSync(join(folder, 'x.csv'), '');
    await desktop.host.reveal(join(folder, 'x.csv'));
    expect(electron.revealed).toEqual([join(folder, 'x.csv')]);
    await expect(desktop.host.reveal(join(folder, 'y.csv'))).rejects.toMatchObject({
      code: 'file_not_found',
    });
  });

  test('notify only someone who looks elsewhere', async () => {
    await desktop.start();
    desktop.host.notify('Done', '3 tickets');
    expect(electron.notifications).toHaveLength(0);
    electron.isFocused = false;
    desktop.host.notify('Done', '3 tickets');
    expect(electron.notifications[0]?.options).toEqual({ title: 'Done', body: '3 tickets' });
    electron.notifications[0]?.emit('click');
    expect(desktop.window().focused).toBe(1);
  });
});
