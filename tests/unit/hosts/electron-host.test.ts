import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

vi.mock('electron', () => import('../../fakes/electron.ts'));

import type { Console } from '../../../src-main/console.ts';
import type { Host } from '../../../src-main/host.ts';
import type { Bundle } from '../../../src-main/hosts/bundle.ts';
import { startDesktop } from '../../../src-main/hosts/electron/start.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { Reply } from '../../../src-shared/contract/index.ts';
import { runs } from '../../builders/property.ts';
import { createFakeConsole, type FakeConsole } from '../../fakes/console.ts';
import {
  app,
  type BrowserWindow,
  createEvent,
  electron,
  type FakeSession,
  FakeWebContents,
  lastSaveOptions,
  resetElectron,
} from '../../fakes/electron.ts';
import { traversalPaths } from './traversal-paths.ts';

const page = '<!doctype html><title>Bulkhead</title>';
const bundle: Bundle = new Map([
  ['/', { type: 'text/html; charset=utf-8', body: Buffer.from(page) }],
  ['/index.html', { type: 'text/html; charset=utf-8', body: Buffer.from(page) }],
  ['/assets/index.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('export {};') }],
]);

let fake: FakeConsole;
let host: Host;
let denied: string[];
let reported: unknown[];
let signals: Record<'SIGTERM' | 'SIGINT', NodeJS.SignalsListener[]>;

beforeEach(() => {
  resetElectron();
  fake = createFakeConsole();
  denied = [];
  reported = [];
  signals = { SIGTERM: process.listeners('SIGTERM'), SIGINT: process.listeners('SIGINT') };
});
afterEach(() => {
  vi.useRealTimers();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    for (const listener of process.listeners(signal)) {
      if (!signals[signal].includes(listener)) process.off(signal, listener);
    }
  }
});

async function start(open: () => Promise<Console> = async () => fake): Promise<void> {
  await startDesktop({
    openConsole: async (options) => {
      host = options.host;
      return await open();
    },
    workspace: '/home/agent/workspace',
    version: '1.2.3',
    actor: 'agent',
    readBundle: () => bundle,
    preload: '/app/preload.cjs',
    denied: (what, facts = {}) => denied.push([what, ...Object.values(facts)].join(' ')),
    report: (error) => reported.push(error),
  });
}

function theWindow(): BrowserWindow {
  const [window] = electron.windows;
  if (!window || electron.windows.length !== 1) throw new Error(`${electron.windows.length} windows`);
  return window;
}

function theSession(): FakeSession {
  const session = electron.sessions.get('bulkhead');
  if (!session) throw new Error('no session');
  return session;
}

const message = { name: 'app.info', input: {} };
const ownFrame = { parent: null, detached: false, origin: 'bulkhead://app' };

async function request(event: object): Promise<Reply> {
  const handler = electron.ipcHandlers.get('bulkhead:request');
  return Reply.parse(await handler?.({ sender: theWindow().webContents, ...event }, message));
}

describe('starting', () => {
  test('opens one sandboxed, isolated window at our own origin', async () => {
    await start();
    expect(electron.isSandboxEnabled).toBe(true);
    expect(theWindow().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      preload: '/app/preload.cjs',
    });
    expect(theWindow().options.webPreferences).not.toHaveProperty('enableBlinkFeatures');
    expect(theWindow().loaded).toEqual(['bulkhead://app/']);
    expect(theWindow().options.show).toBe(false);
    theWindow().emit('ready-to-show');
    expect(theWindow().shown).toBe(1);
  });

  test('keeps nothing of a page on disk', async () => {
    await start();
    expect([...electron.sessions.keys()]).toEqual(['bulkhead']);
    expect(theSession().options).toEqual({ cache: false });
  });

  test('registers a scheme that stays subject to the policy', async () => {
    await start();
    const privileges = { standard: true, secure: true, supportFetchAPI: true };
    expect(electron.schemes).toEqual([{ scheme: 'bulkhead', privileges }]);
  });

  test('a second time brings the first window to the front', async () => {
    await start();
    app.emit('second-instance');
    expect(theWindow().focused).toBe(1);
    resetElectron();
    electron.hasLock = false;
    await start();
    expect([electron.quits, electron.windows.length, electron.ipcHandlers.size]).toEqual([1, 0, 0]);
  });

  test('says why the workspace cannot be opened, and ends', async () => {
    await start(() => Promise.reject(new BulkheadError('workspace_in_use', 'Another console has it.')));
    expect(electron.errorBoxes[0]?.content).toContain('Another console has it.');
    expect(electron.errorBoxes[0]?.content).toContain('Close the other console');
    expect([electron.exitCodes, electron.windows.length]).toEqual([[1], 0]);
  });

  test('ends where the preload script finds the page not kept apart', async () => {
    await start();
    theWindow().webContents.emit('preload-error', {}, '/app/preload.cjs', new Error('not kept apart'));
    expect(electron.errorBoxes[0]?.content).toBe('not kept apart');
    expect([electron.exitCodes, reported]).toEqual([[1], [new Error('not kept apart')]]);
  });

  test.each(['remote-debugging-port', 'remote-debugging-pipe'])(
    'once packaged is refused with --%s',
    async (name) => {
      electron.switches.add(name);
      app.isPackaged = true;
      onTestFinished(() => {
        app.isPackaged = false;
      });
      await start();
      expect(electron.errorBoxes[0]?.content).toContain(`--${name}`);
      expect([electron.exitCodes, electron.windows.length]).toEqual([[1], 0]);
    },
  );

  test.each([
    'no-sandbox',
    'disable-web-security',
    'disable-site-isolation-trials',
    'allow-running-insecure-content',
    'allow-file-access-from-files',
  ])('is refused with --%s', async (name) => {
    electron.switches.add(name);
    await start();
    expect(electron.errorBoxes[0]?.content).toContain(`--${name}`);
    expect([electron.exitCodes, electron.windows.length]).toEqual([[1], 0]);
  });
});

describe('a request', () => {
  test('of our own page is answered under the name of its window', async () => {
    await start();
    fake.answer = () => ({ version: '1.2.3' });
    expect(await request({ senderFrame: ownFrame })).toEqual({ ok: true, value: { version: '1.2.3' } });
    expect(fake.handled).toEqual([{ client: `window-${theWindow().id}`, message }]);
  });

  test.each<[string, () => object]>([
    ['a frame that has gone', () => ({ senderFrame: null })],
    ['a detached frame', () => ({ senderFrame: { ...ownFrame, detached: true } })],
    ['a sub-frame', () => ({ senderFrame: { ...ownFrame, parent: ownFrame } })],
    ['a foreign origin', () => ({ senderFrame: { ...ownFrame, origin: 'https://evil.example' } })],
    ['another host of our scheme', () => ({ senderFrame: { ...ownFrame, origin: 'bulkhead://other' } })],
    [
      'an origin that begins like ours',
      () => ({ senderFrame: { ...ownFrame, origin: 'bulkhead://app.evil' } }),
    ],
    ['an opaque origin', () => ({ senderFrame: { ...ownFrame, origin: 'null' } })],
    ['a file', () => ({ senderFrame: { ...ownFrame, origin: 'file://' } })],
    ['another window', () => ({ sender: new FakeWebContents(), senderFrame: ownFrame })],
    [
      'a frame that throws when it is touched',
      () => ({
        get senderFrame(): never {
          throw new Error('disposed');
        },
      }),
    ],
    [
      'a window that was closed',
      () => {
        theWindow().webContents.destroyed = true;
        return { senderFrame: ownFrame };
      },
    ],
  ])('of %s is refused', async (_, event) => {
    await start();
    const handler = electron.ipcHandlers.get('bulkhead:request');
    const given = event();
    if (!('sender' in given)) Object.defineProperty(given, 'sender', { value: theWindow().webContents });
    const reply = Reply.parse(await handler?.(given, message));
    expect(reply).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(fake.handled).toEqual([]);
    expect(denied).toEqual(['request of a foreign frame']);
  });

  test('of 500 senders that are not our page, while it is loaded anew, crashes and is closed, is refused', async () => {
    await start();
    fake.answer = () => ({ version: '1.2.3' });
    const contents = theWindow().webContents;
    const gone = vi.fn<() => never>(() => {
      throw new Error('disposed');
    });
    const origins = [
      'https://evil.example',
      'http://127.0.0.1',
      'file://',
      'null',
      '',
      'bulkhead://app.evil',
    ];
    const origin = fc.oneof(fc.constantFrom(...origins), fc.webUrl(), fc.string());
    const sender = fc.constant(contents);
    const frame = (part: object) => fc.record({ sender, senderFrame: fc.constant({ ...ownFrame, ...part }) });
    const disposed = Object.defineProperty({ sender: contents }, 'senderFrame', { get: gone });
    const event = fc.oneof(
      frame({ detached: true }),
      fc.record({ sender, senderFrame: origin.map((given) => ({ ...ownFrame, origin: given })) }),
      fc.integer({ min: 1, max: 5 }).map((depth) => {
        let parent: object = ownFrame;
        for (let above = 1; above < depth; above += 1) parent = { ...ownFrame, parent };
        return { sender: contents, senderFrame: { ...ownFrame, parent } };
      }),
      fc.constant({ sender: contents, senderFrame: null }),
      fc.constant({ sender: new FakeWebContents(), senderFrame: ownFrame }),
      fc.constant(disposed),
      fc.constant('destroyed' as const),
    );
    const change = fc.constantFrom('reload', 'crash', 'none');
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(event, change, async (given, change) => {
        if (change === 'reload')
          contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
        if (change === 'crash') contents.emit('render-process-gone', {}, { reason: 'crashed' });
        contents.destroyed = given === 'destroyed';
        const hostile = given === 'destroyed' ? { sender: contents, senderFrame: ownFrame } : given;
        const reply = await electron.ipcHandlers.get('bulkhead:request')?.(hostile, message);
        contents.destroyed = false;
        refused += 1;
        expect(Reply.parse(reply)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
        expect([fake.handled.length, denied.length]).toEqual([0, refused]);
      }),
      runs(500),
    );
    expect(refused).toBe(500);
    expect(gone).toHaveBeenCalled();
    expect(await request({ senderFrame: ownFrame })).toMatchObject({ ok: true });
  });

  test('has one channel and no other', async () => {
    await start();
    expect([...electron.ipcHandlers.keys()]).toEqual(['bulkhead:request']);
    expect(sources().match(/\bipcMain\.\w+/g)).toEqual(['ipcMain.handle']);
  });

  test('makes nobody open an address or a file outside', () => {
    expect(sources().match(/\bshell\.\w+/g)).toEqual(['shell.showItemInFolder']);
  });

  function sources(): string {
    const folder = join(import.meta.dirname, '../../../src-main/hosts/electron');
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  }
});

describe('events', () => {
  test('reach the window as long as it is there', async () => {
    await start();
    fake.emit({ name: 'operation.planning', payload: { planned: 1, total: 2 } }, 'script');
    fake.emit({ name: 'records.changed', payload: { collection: 'tickets' } });
    const sent = {
      channel: 'bulkhead:event',
      message: { name: 'records.changed', payload: { collection: 'tickets' } },
    };
    expect(theWindow().webContents.sent).toEqual([sent]);
    theWindow().webContents.destroyed = true;
    theWindow().webContents.emit('destroyed');
    fake.emit({ name: 'records.changed', payload: { collection: 'tickets' } });
    expect(theWindow().webContents.sent).toHaveLength(1);
    expect(fake.listeners.size).toBe(0);
  });

  test('of a page that is loaded anew make the console forget the old one', async () => {
    await start();
    theWindow().webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    theWindow().webContents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(fake.forgotten).toEqual([]);
    theWindow().webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(fake.forgotten).toEqual([`window-${theWindow().id}`]);
  });

  test('a page that crashed is loaded again, three times and no more', async () => {
    await start();
    for (let crash = 0; crash < 5; crash += 1)
      theWindow().webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(theWindow().loaded).toHaveLength(4);
  });
});

describe('is denied', () => {
  const permissions = [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'fileSystem',
    'fullscreen',
    'openExternal',
    'hid',
    'usb',
    'serial',
    'unknown',
  ];
  test.each(permissions)('permission %s', async (permission) => {
    await start();
    const answers: unknown[] = [];
    call('permissionRequest', null, permission, (isAllowed: boolean) => answers.push(isAllowed));
    for (const origin of ['bulkhead://app/', 'bulkhead://app/', 'https://evil.example/?ticket=1'])
      answers.push(call('permissionCheck', null, permission, origin));
    expect(answers).toEqual([false, false, false, false]);
    // Checks come without end: once for each origin is enough to know.
    expect(denied).toEqual([
      `permission ${permission}`,
      `permission check ${permission} bulkhead://app`,
      `permission check ${permission} https://evil.example`,
    ]);
  });

  test.each(['hid', 'serial', 'usb'])('a %s device', async (deviceType) => {
    await start();
    const ask = () => call('devicePermission', { deviceType, origin: 'bulkhead://app/' });
    expect([ask(), ask()]).toEqual([false, false]);
    expect(denied).toEqual([`device ${deviceType} bulkhead://app`]);
  });

  test('a file that the page may not have', async () => {
    await start();
    const answers: string[] = [];
    const details = { origin: 'bulkhead://app/', path: '/etc/passwd', isDirectory: false };
    theSession().emit('file-system-access-restricted', {}, details, (answer: string) => answers.push(answer));
    expect([answers, denied]).toEqual([['deny'], ['file system bulkhead://app']]);
  });

  test.each([
    'https://evil.example/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'bulkhead://other/',
    'ws://evil.example/',
    'data:text/html,x',
    'blob:x',
  ])('a load of %s', async (url) => {
    await start();
    expect(loads(url)).toBe(false);
    expect(loads('bulkhead://app/assets/index.js')).toBe(true);
  });

  test.each([
    'https://evil.example/',
    'file:///etc/passwd',
    'bulkhead://app/other.html',
    'javascript:alert(1)',
    'bulkhead://other/',
  ])('navigation and a window to %s', async (url) => {
    await start();
    const { webContents } = theWindow();
    const navigation = createEvent({ url, isMainFrame: true });
    const redirect = createEvent({ url });
    webContents.emit('will-frame-navigate', navigation);
    webContents.emit('will-redirect', redirect);
    expect([navigation.defaultPrevented, redirect.defaultPrevented]).toEqual([true, true]);
    expect(webContents.windowOpenHandler?.({ url })).toEqual({ action: 'deny' });
    // Where to, and no more of it: the rest may be what a ticket holds.
    const place = /^[a-z]+:(?:\/\/[^/]+)?/.exec(url)?.[0] ?? '';
    expect(denied).toEqual([`navigation ${place}`, `redirect ${place}`, `window ${place}`]);
  });

  test('a sub-frame at our own address, a webview, a download, a screen', async () => {
    await start();
    const events = {
      frame: createEvent({ url: 'bulkhead://app/', isMainFrame: false }),
      webview: createEvent({}),
      download: createEvent({}),
    };
    theWindow().webContents.emit('will-frame-navigate', events.frame);
    theWindow().webContents.emit('will-attach-webview', events.webview);
    theSession().emit('will-download', events.download);
    expect(Object.values(events).map((event) => event.defaultPrevented)).toEqual([true, true, true]);
    const streams: unknown[] = [];
    call('displayMedia', {}, (given: unknown) => streams.push(given));
    expect(streams).toEqual([{}]);
    expect(denied).toEqual(['navigation bulkhead://app', 'webview', 'download', 'display media']);
  });

  test('every picker of devices', async () => {
    await start();
    const chosen: unknown[] = [];
    const choose = (device?: unknown) => chosen.push(device);
    const pickers = Array.from({ length: 4 }, () => createEvent({}));
    const [hid, serial, usb, bluetooth] = pickers;
    theSession().emit('select-hid-device', hid, {}, choose);
    theSession().emit('select-serial-port', serial, [], null, choose);
    theSession().emit('select-usb-device', usb, {}, choose);
    theWindow().webContents.emit('select-bluetooth-device', bluetooth, [], choose);
    expect(pickers.map((event) => event.defaultPrevented)).toEqual([true, true, true, true]);
    expect(chosen).toEqual([null, '', undefined, '']);
    expect(denied).toEqual(['hid', 'serial', 'usb', 'bluetooth'].map((kind) => `device picker ${kind}`));
  });

  test('nothing to a reload of the page itself', async () => {
    await start();
    const reload = createEvent({ url: 'bulkhead://app/', isMainFrame: true });
    theWindow().webContents.emit('will-frame-navigate', reload);
    expect(reload.defaultPrevented).toBe(false);
  });

  function call(name: string, ...args: unknown[]): unknown {
    const handler = theSession().handlers.get(name);
    return handler ? Reflect.apply(handler, null, args) : 'no handler';
  }

  function loads(url: string): boolean {
    let isCancelled: boolean | undefined;
    call('onBeforeRequest', { url }, (answer: { cancel: boolean }) => {
      isCancelled = answer.cancel;
    });
    if (isCancelled === undefined) throw new Error('no answer');
    return !isCancelled;
  }
});

describe('the scheme', () => {
  function load(url: string, method = 'GET'): Response {
    const handler = theSession().schemeHandlers.get('bulkhead');
    if (!handler) throw new Error('no handler');
    return handler({ url, method });
  }

  test('serves the page with the policy as a header', async () => {
    await start();
    const response = load('bulkhead://app/?x=1#y');
    expect(await response.text()).toBe(page);
    expect(response.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'",
    );
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('gives 0 bytes for 200 ways out of the bundle', async () => {
    await start();
    expect(new Set(traversalPaths).size).toBeGreaterThanOrEqual(200);
    for (const path of traversalPaths) {
      for (const url of [`bulkhead://app${path}`, `bulkhead://other${path}`]) {
        const response = load(url);
        expect([url, response.status, (await response.arrayBuffer()).byteLength]).toEqual([url, 404, 0]);
      }
    }
  });

  test.each([
    'bulkhead://xyz/index.html',
    'bulkhead://xyz/',
    'bulkhead://app',
    'bulkhead:app/',
    'https://app/index.html',
  ])('does not answer for %s', async (url) => {
    await start();
    expect(load(url).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE'])('does not answer to %s', async (method) => {
    await start();
    expect(load('bulkhead://app/', method).status).toBe(404);
  });
});

describe('quitting', () => {
  const quit = async () => {
    const event = createEvent({});
    app.emit('before-quit', event);
    await vi.waitFor(() => expect(event.defaultPrevented).toBe(true));
  };

  test('with nothing running closes the console and ends', async () => {
    await start();
    await quit();
    await vi.waitFor(() => expect(electron.exitCodes).toEqual([0]));
    expect([fake.closed, electron.messageBoxes.length]).toEqual([1, 0]);
  });

  test('in the middle asks, and stays when told to', async () => {
    await start();
    fake.running = 3;
    await quit();
    await vi.waitFor(() => expect(electron.messageBoxes).toHaveLength(1));
    expect(electron.messageBoxes[0]).toMatchObject({
      message: '3 operations are running.',
      detail: 'They go on at the next start.',
    });
    expect([fake.closed, electron.exitCodes]).toEqual([0, []]);
  });

  test('in the middle by closing the window asks too, and goes when told to', async () => {
    await start();
    fake.running = 1;
    electron.messageBoxAnswer = 1;
    const event = createEvent({});
    theWindow().emit('close', event);
    expect(event.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(electron.exitCodes).toEqual([0]));
    expect([fake.closed, electron.messageBoxes[0]?.message]).toEqual([1, '1 operation is running.']);
  });

  test('by a signal asks nothing and closes once', async () => {
    await start();
    fake.running = 2;
    process.emit('SIGTERM');
    process.emit('SIGINT');
    await vi.waitFor(() => expect(electron.exitCodes).toEqual([0]));
    expect([fake.closed, electron.messageBoxes.length]).toEqual([1, 0]);
  });

  test('does not wait for a console that cannot close', async () => {
    vi.useFakeTimers();
    await start();
    fake.close = () => new Promise(() => undefined);
    process.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(1_999);
    expect(electron.exitCodes).toEqual([0]);
  });
});

describe('dialogs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-dialog-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('give out handles, and only those lead to paths', async () => {
    await start();
    const path = join(folder, 'tickets.csv');
    writeFileSync(path, 'id\n1\n');
    electron.openDialog = { filePaths: [path] };
    const file = await host.chooseFile();
    expect(file).toMatchObject({ name: 'tickets.csv', bytes: 5 });
    expect(host.pathOf(file?.handle ?? '')).toBe(path);
    expect(() => host.pathOf(path)).toThrow(expect.objectContaining({ code: 'file_not_found' }));
  });

  test('that are closed without a choice answer nothing', async () => {
    await start();
    electron.openDialog = { filePaths: [] };
    electron.saveDialog = { filePath: '' };
    expect([await host.chooseFile(), await host.chooseTarget('x.csv')]).toEqual([null, null]);
  });

  test('propose a harmless name in the folder that was used last', async () => {
    await start();
    electron.saveDialog = { filePath: join(folder, 'mine.csv') };
    const target = await host.chooseTarget('../../../etc/cron.d/x.csv');
    expect(lastSaveOptions.defaultPath).toBe('/home/agent/downloads/x.csv');
    expect(host.pathOf(target?.handle ?? '')).toBe(join(folder, 'mine.csv'));
    await host.chooseTarget('next.csv');
    expect(lastSaveOptions.defaultPath).toBe(join(folder, 'next.csv'));
  });

  test('show a file in its folder, unless it has gone', async () => {
    await start();
    writeFileSync(join(folder, 'x.csv'), '');
    await host.reveal(join(folder, 'x.csv'));
    expect(electron.revealed).toEqual([join(folder, 'x.csv')]);
    await expect(host.reveal(join(folder, 'y.csv'))).rejects.toMatchObject({ code: 'file_not_found' });
  });

  test('notify only someone who looks elsewhere', async () => {
    await start();
    host.notify('Done', '3 tickets');
    expect(electron.notifications).toHaveLength(0);
    electron.isFocused = false;
    host.notify('Done', '3 tickets');
    expect(electron.notifications[0]?.options).toEqual({ title: 'Done', body: '3 tickets' });
    electron.notifications[0]?.emit('click');
    expect(theWindow().focused).toBe(1);
  });
});

describe('the preload script', () => {
  afterEach(() => {
    Object.assign(process, { sandboxed: undefined, contextIsolated: undefined });
    vi.resetModules();
  });

  test.each([{}, { sandboxed: true }, { contextIsolated: true }])(
    'puts nothing on a window whose page is not kept apart: %j',
    async (kept) => {
      Object.assign(process, kept);
      const loading = import('../../../src-main/hosts/electron/preload.ts');
      await expect(loading).rejects.toThrow('protection weakened');
      expect(electron.exposed.size).toBe(0);
    },
  );

  test('puts exactly two functions on the window', async () => {
    Object.assign(process, { sandboxed: true, contextIsolated: true });
    await import('../../../src-main/hosts/electron/preload.ts');
    expect([...electron.exposed.keys()]).toEqual(['bulkhead']);
    const api = electron.exposed.get('bulkhead') as Record<string, (argument: never) => unknown>;
    expect(Object.entries(api).map(([name, value]) => [name, typeof value])).toEqual([
      ['request', 'function'],
      ['subscribe', 'function'],
    ]);
    await api['request']?.({ ...message, extra: 'x' } as never);
    expect(electron.invoked).toEqual([{ channel: 'bulkhead:request', message }]);
    const heard: unknown[] = [];
    const stop = api['subscribe']?.(((event: unknown) => heard.push(event)) as never) as () => void;
    const listeners = electron.rendererListeners.get('bulkhead:event') ?? new Set();
    const sender = { sender: 'the raw event of Electron' };
    for (const listener of listeners) listener(sender, { name: 'records.changed', payload: {} });
    stop();
    expect([heard, listeners.size]).toEqual([[{ name: 'records.changed', payload: {} }], 0]);
  });
});
