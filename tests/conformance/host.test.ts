import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

vi.mock('electron', () => import('../fakes/electron.ts'));

import type { Host } from '../../src-main/host.ts';
import { createDesktopHost } from '../../src-main/hosts/electron/dialogs.ts';
import { createBrowserHost } from '../../src-main/hosts/server/host.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { ChosenFile, SaveTarget } from '../../src-shared/contract/files.ts';
import { BrowserWindow, electron, lastSaveOptions, resetElectron } from '../fakes/electron.ts';

const nothingPromised = async () => [];

let folder: string;

beforeEach(() => {
  resetElectron();
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-host-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Harness {
  readonly host: Host;
  /** Where the host would save, by its own choice, under the suggested name. */
  offeredPath(suggestedName: string): Promise<string>;
}

const hosts: Readonly<Record<Host['kind'], () => Harness>> = {
  browser: () => {
    const { host } = createBrowserHost(folder);
    return { host, offeredPath: async (name) => (await targetOf(host, name)).label };
  },
  electron: () => {
    const window = new BrowserWindow({ webPreferences: {}, show: false });
    const host = createDesktopHost(folder, () => window as never);
    electron.saveDialog = { filePath: join(folder, 'chosen.csv') };
    return {
      host,
      offeredPath: async (name) => {
        await host.chooseTarget(name, nothingPromised);
        return lastSaveOptions.defaultPath;
      },
    };
  },
};

async function targetOf(host: Host, name: string): Promise<SaveTarget> {
  return SaveTarget.parse(await host.chooseTarget(name, nothingPromised));
}

async function codeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof BulkheadError) return error.code;
    throw error;
  }
  return 'none';
}

const hostileNames = [
  '../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/etc/passwd',
  'C:\\boot.ini',
  '.bashrc',
  'CON',
  'name\u0000.csv',
  'invoice\u202Evsc.exe',
  'a'.repeat(300),
];

describe.each(Object.keys(hosts) as Host['kind'][])('the %s host', (kind) => {
  let harness: Harness;

  beforeEach(() => {
    harness = hosts[kind]();
  });

  test('says which one it is', () => {
    expect(harness.host.kind).toBe(kind);
  });

  test('resolves a handle that it gave out to the place that was agreed on', async () => {
    const { handle, label } = await targetOf(harness.host, 'tickets.csv');
    expect(harness.host.pathOf(handle)).toBe(label);
    expect(dirname(label).startsWith(folder)).toBe(true);
  });

  test('resolves no other handle', async () => {
    const { handle } = await targetOf(harness.host, 'tickets.csv');
    for (const other of ['', 'x'.repeat(24), handle.slice(1), `${handle}A`, '__proto__', 'constructor']) {
      expect(await codeOf(() => harness.host.pathOf(other))).toBe('file_not_found');
    }
  });

  test('gives out handles that cannot be guessed from one another', async () => {
    const one = await targetOf(harness.host, 'tickets.csv');
    const two = await targetOf(harness.host, 'tickets.csv');
    expect(one.handle).not.toBe(two.handle);
    expect(one.handle.length).toBeGreaterThanOrEqual(24);
  });

  test.each(hostileNames)('makes a single visible file name of %j', async (name) => {
    const ordinary = await harness.offeredPath('tickets.csv');
    const offered = await harness.offeredPath(name);
    // In the desktop host the folder follows the user's last choice; the names decide nothing about it.
    expect([dirname(ordinary), folder]).toContain(dirname(offered));
    expect(basename(offered)).not.toMatch(/^\.|[\p{Cc}\p{Cf}<>:"|?*\\/]/u);
    expect(basename(offered)).not.toMatch(/^con$/i);
    expect(Buffer.byteLength(basename(offered))).toBeLessThanOrEqual(200);
  });

  test('returns a chosen file as the contract says, or says that it has no dialog', async () => {
    const path = join(folder, 'in.csv');
    writeFileSync(path, 'id,subject\n');
    electron.openDialog = { filePaths: [path] };
    const code = await codeOf(async () => {
      const chosen = ChosenFile.parse(await harness.host.chooseFile());
      expect(chosen).toMatchObject({ name: 'in.csv', bytes: 11 });
      expect(harness.host.pathOf(chosen.handle)).toBe(path);
    });
    expect(code).toBe(kind === 'electron' ? 'none' : 'not_available_here');
  });

  test('says with a code when a file cannot be shown', async () => {
    const code = await codeOf(() => harness.host.reveal(join(folder, 'gone.csv')));
    expect(code).toBe(kind === 'electron' ? 'file_not_found' : 'not_available_here');
  });

  test('puts a text into the clipboard, or says that it has none', async () => {
    const code = await codeOf(() => harness.host.copy('a checksum'));
    expect([code, electron.clipboard]).toEqual(
      kind === 'electron' ? ['none', 'a checksum'] : ['not_available_here', ''],
    );
  });

  test('keeps a secret beyond its own life, in a file that nobody else may read, and forgets it', () => {
    harness.host.keepSecret('1 https://desk', 'key-1');
    harness.host.keepSecret('2 https://desk', 'key-2');
    const { host } = hosts[kind]();
    expect(host.readSecret('1 https://desk')).toBe('key-1');
    const file = join(folder, 'secrets.json');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    host.forgetSecret('1 https://desk');
    expect([host.readSecret('1 https://desk'), host.readSecret('2 https://desk')]).toEqual([null, 'key-2']);
  });

  test.each(['{"1": "cut sho', '["1"]', '{"1": 7}', ''])(
    'starts without secrets when their file is damaged, and keeps what is in it: %s',
    (damaged) => {
      const file = join(folder, 'secrets.json');
      for (const aside of ['secrets.damaged.json', 'secrets.damaged (2).json']) {
        writeFileSync(file, damaged);
        expect(harness.host.readSecret('1')).toBeNull();
        harness.host.forgetSecret('1');
        expect(readFileSync(file, 'utf8')).toBe(damaged);
        harness.host.keepSecret('1', 'key');
        expect(harness.host.readSecret('1')).toBe('key');
        expect(readFileSync(join(folder, aside), 'utf8')).toBe(damaged);
      }
    },
  );

  test('says that their file cannot be read, and touches nothing', async () => {
    // A folder in its place, because root may read every file.
    mkdirSync(join(folder, 'secrets.json'));
    const { host } = harness;
    for (const attempt of [
      () => host.readSecret('1'),
      () => host.keepSecret('1', 'key'),
      () => host.forgetSecret('1'),
    ])
      expect(await codeOf(attempt)).toBe('file_not_readable');
    expect(readdirSync(folder)).toEqual(['secrets.json']);
  });

  test('accepts a notification without an error', () => {
    expect(() => harness.host.notify('Set status to Solved', 'Done after 3 s')).not.toThrow();
  });
});

test('the desktop host writes no secret unless the system seals it, and skips one that it cannot unseal', () => {
  const desktop = hosts.electron().host;
  desktop.keepSecret('1', 'key-1');
  expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('key-1');
  electron.keyring = 'other';
  expect(desktop.readSecret('1')).toBeNull();
  electron.keyring = 'basic_text';
  desktop.keepSecret('1', 'key-2');
  expect(desktop.readSecret('1')).toBe('key-2');
  expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toBe('{}\n');
  expect(hosts.electron().host.readSecret('1')).toBeNull();
  electron.keyring = 'mine';
  desktop.keepSecret('1', 'key-3');
  expect(desktop.readSecret('1')).toBe('key-3');
});

test('the browser host, which asks nobody, never offers a place that is taken', async () => {
  const { host } = createBrowserHost(folder);
  mkdirSync(join(folder, 'exports'));
  writeFileSync(join(folder, 'exports', 'tickets.csv'), 'an older export');
  const one = await targetOf(host, 'tickets.csv');
  const two = await targetOf(host, 'tickets.csv');
  expect([one.label, two.label].map((path) => basename(path))).toEqual([
    'tickets (2).csv',
    'tickets (3).csv',
  ]);
  expect(existsSync(one.label)).toBe(false);
});
