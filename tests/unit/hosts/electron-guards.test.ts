import { describe, expect, test, vi } from 'vitest';

vi.mock('electron', () => import('../../fakes/electron.ts'));

import { createEvent } from '../../fakes/electron.ts';
import { page, useDesktop } from './electron-desktop.ts';
import { traversalPaths } from './traversal-paths.ts';

const desktop = useDesktop();

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
    await desktop.start();
    const answers: unknown[] = [];
    call('permissionRequest', null, permission, (isAllowed: boolean) => answers.push(isAllowed));
    for (const origin of ['bulkhead://app/', 'bulkhead://app/', 'https://evil.example/?ticket=1'])
      answers.push(call('permissionCheck', null, permission, origin));
    expect(answers).toEqual([false, false, false, false]);
    // Checks come without end: once for each origin is enough to know.
    expect(desktop.denied).toEqual([
      `permission ${permission}`,
      `permission check ${permission} bulkhead://app`,
      `permission check ${permission} https://evil.example`,
    ]);
  });

  test.each(['hid', 'serial', 'usb'])('a %s device', async (deviceType) => {
    await desktop.start();
    const ask = () => call('devicePermission', { deviceType, origin: 'bulkhead://app/' });
    expect([ask(), ask()]).toEqual([false, false]);
    expect(desktop.denied).toEqual([`device ${deviceType} bulkhead://app`]);
  });

  test('a file that the page may not have', async () => {
    await desktop.start();
    const answers: string[] = [];
    const details = { origin: 'bulkhead://app/', path: '/etc/passwd', isDirectory: false };
    desktop
      .session()
      .emit('file-system-access-restricted', {}, details, (answer: string) => answers.push(answer));
    expect([answers, desktop.denied]).toEqual([['deny'], ['file system bulkhead://app']]);
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
    await desktop.start();
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
    await desktop.start();
    const { webContents } = desktop.window();
    const navigation = createEvent({ url, isMainFrame: true });
    const redirect = createEvent({ url });
    webContents.emit('will-frame-navigate', navigation);
    webContents.emit('will-redirect', redirect);
    expect([navigation.defaultPrevented, redirect.defaultPrevented]).toEqual([true, true]);
    expect(webContents.windowOpenHandler?.({ url })).toEqual({ action: 'deny' });
    // Where to, and no more of it: the rest may be what a ticket holds.
    const place = /^[a-z]+:(?:\/\/[^/]+)?/.exec(url)?.[0] ?? '';
    expect(desktop.denied).toEqual([`navigation ${place}`, `redirect ${place}`, `window ${place}`]);
  });

  test('a sub-frame at our own address, a webview, a download, a screen', async () => {
    await desktop.start();
    const events = {
      frame: createEvent({ url: 'bulkhead://app/', isMainFrame: false }),
      webview: createEvent({}),
      download: createEvent({}),
    };
    desktop.window().webContents.emit('will-frame-navigate', events.frame);
    desktop.window().webContents.emit('will-attach-webview', events.webview);
    desktop.session().emit('will-download', events.download);
    expect(Object.values(events).map((event) => event.defaultPrevented)).toEqual([true, true, true]);
    const streams: unknown[] = [];
    call('displayMedia', {}, (given: unknown) => streams.push(given));
    expect(streams).toEqual([{}]);
    expect(desktop.denied).toEqual(['navigation bulkhead://app', 'webview', 'download', 'display media']);
  });

  test('every picker of devices', async () => {
    await desktop.start();
    const chosen: unknown[] = [];
    const choose = (device?: unknown) => chosen.push(device);
    const pickers = Array.from({ length: 4 }, () => createEvent({}));
    const [hid, serial, usb, bluetooth] = pickers;
    desktop.session().emit('select-hid-device', hid, {}, choose);
    desktop.session().emit('select-serial-port', serial, [], null, choose);
    desktop.session().emit('select-usb-device', usb, {}, choose);
    desktop.window().webContents.emit('select-bluetooth-device', bluetooth, [], choose);
    expect(pickers.map((event) => event.defaultPrevented)).toEqual([true, true, true, true]);
    expect(chosen).toEqual([null, '', undefined, '']);
    expect(desktop.denied).toEqual(
      ['hid', 'serial', 'usb', 'bluetooth'].map((kind) => `device picker ${kind}`),
    );
  });

  test('nothing to a reload of the page itself', async () => {
    await desktop.start();
    const reload = createEvent({ url: 'bulkhead://app/', isMainFrame: true });
    desktop.window().webContents.emit('will-frame-navigate', reload);
    expect(reload.defaultPrevented).toBe(false);
  });

  function call(name: string, ...args: unknown[]): unknown {
    const handler = desktop.session().handlers.get(name);
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
    const handler = desktop.session().schemeHandlers.get('bulkhead');
    if (!handler) throw new Error('no handler');
    return handler({ url, method });
  }

  test('serves the page with the policy as a header', async () => {
    await desktop.start();
    const response = load('bulkhead://app/?x=1#y');
    expect(await response.text()).toBe(page);
    expect(response.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'",
    );
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('gives 0 bytes for 200 ways out of the bundle', async () => {
    await desktop.start();
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
    await desktop.start();
    expect(load(url).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE'])('does not answer to %s', async (method) => {
    await desktop.start();
    expect(load('bulkhead://app/', method).status).toBe(404);
  });
});
