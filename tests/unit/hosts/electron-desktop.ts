import { afterEach, beforeEach, vi } from 'vitest';
import type { Console } from '../../../src-main/console.ts';
import type { Host } from '../../../src-main/host.ts';
import type { Bundle } from '../../../src-main/hosts/bundle.ts';
import { startDesktop } from '../../../src-main/hosts/electron/start.ts';
import { Reply } from '../../../src-shared/contract/index.ts';
import { createFakeConsole, type FakeConsole } from '../../fakes/console.ts';
import { type BrowserWindow, electron, type FakeSession, resetElectron } from '../../fakes/electron.ts';

export const page = '<!doctype html><title>Bulkhead</title>';
const bundle: Bundle = new Map([
  ['/', { type: 'text/html; charset=utf-8', body: Buffer.from(page) }],
  ['/index.html', { type: 'text/html; charset=utf-8', body: Buffer.from(page) }],
  ['/assets/index.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('export {};') }],
]);

/** The desktop host of a test, which stands on a fake of Electron: its file has to mock the module by that. */
export interface Desktop {
  readonly console: FakeConsole;
  readonly host: Host;
  /** What was refused to the page, as a line each. */
  readonly denied: string[];
  readonly reported: unknown[];
  start(open?: () => Promise<Console>): Promise<void>;
  /** The one window. Throws where there is none, or another one. */
  window(): BrowserWindow;
  session(): FakeSession;
  /** What our own page is answered. */
  request(message: unknown): Promise<Reply>;
}

/** That of our page. */
export const ownFrame = { parent: null, detached: false, origin: 'bulkhead://app' };

/** A new desktop for each test of a file. */
export function useDesktop(): Desktop {
  let console: FakeConsole;
  let host: Host;
  let denied: string[];
  let reported: unknown[];
  let signals: Record<'SIGTERM' | 'SIGINT', NodeJS.SignalsListener[]>;

  beforeEach(() => {
    resetElectron();
    console = createFakeConsole();
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

  const window = (): BrowserWindow => {
    const [own] = electron.windows;
    if (!own || electron.windows.length !== 1) throw new Error(`${electron.windows.length} windows`);
    return own;
  };

  return {
    get console() {
      return console;
    },
    get host() {
      return host;
    },
    get denied() {
      return denied;
    },
    get reported() {
      return reported;
    },
    start: (open = async () => console) =>
      startDesktop({
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
      }),
    window,
    session: () => {
      const session = electron.sessions.get('bulkhead');
      if (!session) throw new Error('no session');
      return session;
    },
    request: async (message) => {
      const handler = electron.ipcHandlers.get('bulkhead:request');
      const event = { sender: window().webContents, senderFrame: ownFrame };
      return Reply.parse(await handler?.(event, message));
    },
  };
}
