import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';

vi.mock('electron', () => import('../../fakes/electron.ts'));

import type { Console } from '../../../src-main/console.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { secretData } from '../../fakes/console.ts';
import { app, createEvent, electron, resetElectron } from '../../fakes/electron.ts';
import { useDesktop } from './electron-desktop.ts';

const desktop = useDesktop();

const message = { name: 'app.info', input: {} };

describe('starting', () => {
  test('opens one sandboxed, isolated window at our own origin', async () => {
    await desktop.start();
    expect(electron.isSandboxEnabled).toBe(true);
    expect(desktop.window().options.webPreferences).toMatchObject({
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
    expect(desktop.window().options.webPreferences).not.toHaveProperty('enableBlinkFeatures');
    expect(desktop.window().loaded).toEqual(['bulkhead://app/']);
    expect(desktop.window().options.show).toBe(false);
    desktop.window().emit('ready-to-show');
    expect(desktop.window().shown).toBe(1);
  });

  test('keeps nothing of a page on disk', async () => {
    await desktop.start();
    expect([...electron.sessions.keys()]).toEqual(['bulkhead']);
    expect(desktop.session().options).toEqual({ cache: false });
  });

  test('registers a scheme that stays subject to the policy', async () => {
    await desktop.start();
    const privileges = { standard: true, secure: true, supportFetchAPI: true };
    expect(electron.schemes).toEqual([{ scheme: 'bulkhead', privileges }]);
  });

  test('a second time brings the first window to the front', async () => {
    await desktop.start();
    app.emit('second-instance');
    expect(desktop.window().focused).toBe(1);
    resetElectron();
    electron.hasLock = false;
    await desktop.start();
    expect([electron.quits, electron.windows.length, electron.ipcHandlers.size]).toEqual([1, 0, 0]);
  });

  test('says why the workspace cannot be opened, and ends', async () => {
    await desktop.start(() =>
      Promise.reject(new BulkheadError('workspace_in_use', 'Another console has it.')),
    );
    expect(electron.errorBoxes[0]?.content).toContain('Another console has it.');
    expect(electron.errorBoxes[0]?.content).toContain('Close the other console');
    expect(electron.exitCodes).toEqual([1]);
    expect(await desktop.request(message)).toMatchObject({ ok: false, error: { code: 'stopping' } });
  });

  test('shows the window while the workspace is being opened, and answers it afterwards', async () => {
    const { promise, resolve } = Promise.withResolvers<Console>();
    const started = desktop.start(() => promise);
    await expect.poll(() => desktop.window().loaded).toEqual(['bulkhead://app/']);
    const asked = desktop.request(message);
    resolve(desktop.console);
    expect(await asked).toEqual({ ok: true, value: { secretData } });
    await started;
  });

  test('with a window that is closed before the workspace is open ends without a word', async () => {
    const { promise, resolve } = Promise.withResolvers<Console>();
    const started = desktop.start(() => promise);
    await expect.poll(() => electron.windows).toHaveLength(1);
    desktop.window().webContents.destroyed = true;
    resolve(desktop.console);
    await started;
    expect([electron.errorBoxes, desktop.reported]).toEqual([[], []]);
  });

  test('ends where the preload script finds the page not kept apart', async () => {
    await desktop.start();
    desktop.window().webContents.emit('preload-error', {}, '/app/preload.cjs', new Error('not kept apart'));
    expect(electron.errorBoxes[0]?.content).toBe('not kept apart');
    expect([electron.exitCodes, desktop.reported]).toEqual([[1], [new Error('not kept apart')]]);
  });

  test.each(['remote-debugging-port', 'remote-debugging-pipe'])(
    'once packaged is refused with --%s',
    async (name) => {
      electron.switches.add(name);
      app.isPackaged = true;
      onTestFinished(() => {
        app.isPackaged = false;
      });
      await desktop.start();
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
    await desktop.start();
    expect(electron.errorBoxes[0]?.content).toContain(`--${name}`);
    expect([electron.exitCodes, electron.windows.length]).toEqual([[1], 0]);
  });
});

describe('quitting', () => {
  const quit = async () => {
    const event = createEvent({});
    app.emit('before-quit', event);
    await expect.poll(() => event.defaultPrevented).toBe(true);
  };

  test('with nothing running closes the console and ends', async () => {
    await desktop.start();
    await quit();
    await expect.poll(() => electron.exitCodes).toEqual([0]);
    expect([desktop.console.closed, electron.messageBoxes.length]).toEqual([1, 0]);
  });

  test('in the middle asks, and stays when told to', async () => {
    await desktop.start();
    desktop.console.running = 3;
    await quit();
    await expect.poll(() => electron.messageBoxes).toHaveLength(1);
    expect(electron.messageBoxes[0]).toMatchObject({
      message: '3 operations are running.',
      detail: 'They go on at the next start.',
    });
    expect([desktop.console.closed, electron.exitCodes]).toEqual([0, []]);
  });

  test('in the middle by closing the window asks too, and goes when told to', async () => {
    await desktop.start();
    desktop.console.running = 1;
    electron.messageBoxAnswer = 1;
    const event = createEvent({});
    desktop.window().emit('close', event);
    expect(event.defaultPrevented).toBe(true);
    await expect.poll(() => electron.exitCodes).toEqual([0]);
    expect([desktop.console.closed, electron.messageBoxes[0]?.message]).toEqual([
      1,
      '1 operation is running.',
    ]);
  });

  test('by a signal asks nothing and closes once', async () => {
    await desktop.start();
    desktop.console.running = 2;
    process.emit('SIGTERM');
    process.emit('SIGINT');
    await expect.poll(() => electron.exitCodes).toEqual([0]);
    expect([desktop.console.closed, electron.messageBoxes.length]).toEqual([1, 0]);
  });

  test('does not wait for a console that cannot close', async () => {
    vi.useFakeTimers();
    await desktop.start();
    desktop.console.close = () => new Promise(() => undefined);
    process.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(1_999);
    expect(electron.exitCodes).toEqual([0]);
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
