import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBrowserHost } from '../../../../src-main/hosts/server/host.ts';
import { makeFolder, removeFolder } from '../../../builders/workspace.ts';
import { useBrowserHost } from './use-browser-host.ts';

const nothingPromised = async () => [];

const host = useBrowserHost();

describe('a place to save', () => {
  test('is a new name in the exports folder, never one that is taken or promised', async () => {
    const { host: places } = host.harness.browserHost;
    const first = await places.chooseTarget('tickets.csv', nothingPromised);
    const second = await places.chooseTarget('tickets.csv', nothingPromised);
    writeFileSync(join(host.harness.workspace, 'exports', 'other.csv'), 'mine');
    const third = await places.chooseTarget('../exports/other.csv', nothingPromised);
    const labels = [first, second, third].map((target) => target?.label);
    const folder = join(host.harness.workspace, 'exports');
    expect(labels).toEqual(
      ['tickets.csv', 'tickets (2).csv', 'other (2).csv'].map((name) => join(folder, name)),
    );
    expect(places.pathOf(first?.handle ?? '')).toBe(labels[0]);
  });

  test('is none that differs from another one by its case only, which is the same file on some disks', async () => {
    const { host: places } = host.harness.browserHost;
    const promised = async () => [join(host.harness.workspace, 'exports', 'PROMISED.csv')];
    const names = ['Case.csv', 'cASE.csv', 'promised.csv'];
    const labels: string[] = [];
    for (const name of names) labels.push((await places.exportTarget(name, promised)).label);
    expect(labels.map((label) => basename(label))).toEqual(['Case.csv', 'cASE (2).csv', 'promised (2).csv']);
  });

  test('is said to be missing where there can be no exports folder', async () => {
    const own = makeFolder();
    writeFileSync(join(own, 'exports'), 'Not a folder');
    const places = createBrowserHost(own).host;
    await expect(places.chooseTarget('x.csv', nothingPromised)).rejects.toMatchObject({
      code: 'target_not_writable',
    });
    removeFolder(own);
  });

  test.each(['con', 'NUL.csv', 'nul .csv', 'lpt1.tar.gz', 'COM¹.csv'])(
    'is no device of Windows, whatever is suggested: %s',
    async (name) => {
      const target = await host.harness.browserHost.host.chooseTarget(name, nothingPromised);
      expect(basename(target?.label ?? '')).toBe(`_${name}`);
    },
  );

  test('that was not given out here does not exist', () => {
    expect(() => host.harness.browserHost.host.pathOf('A'.repeat(24))).toThrow(
      expect.objectContaining({ code: 'file_not_found' }),
    );
  });

  test('and dialogs are said to be missing', async () => {
    const { host: places } = host.harness.browserHost;
    await expect(places.chooseFile()).rejects.toMatchObject({ code: 'not_available_here' });
    await expect(places.reveal('/x')).rejects.toMatchObject({ code: 'not_available_here' });
  });
});
