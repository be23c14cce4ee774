import { app, BrowserWindow, nativeTheme, type Session, type WebPreferences } from 'electron';
import { startUrl } from './protocol.ts';

/** What must hold for every page of this application. What the page really got, the preload script looks at. */
const requiredPreferences = {
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
} as const satisfies WebPreferences;

const forbiddenSwitches = [
  'no-sandbox',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-running-insecure-content',
  'allow-file-access-from-files',
];
const crashesBeforeGivingUp = 3;
const crashWindowMs = 60_000;

/** Makes the hidden window; it shows itself once it has something to show. */
export function createWindow(session: Session, preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Bulkhead',
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0E1014' : '#F7F8FA',
    webPreferences: {
      ...requiredPreferences,
      session,
      preload,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => window.show());
  reloadAfterCrash(window);
  return window;
}

/** Throws when this process was started in a way that weakens what separates the page from the system. */
export function assertHardened(): void {
  const switches = [
    ...forbiddenSwitches,
    ...(app.isPackaged ? ['remote-debugging-port', 'remote-debugging-pipe'] : []),
  ];
  const given = switches.filter((name) => app.commandLine.hasSwitch(name)).map((name) => `--${name}`);
  if (given.length === 0) return;
  throw new Error(
    `Bulkhead does not run with its protection weakened (${given.join(', ')}). Nothing was opened.`,
  );
}

// Operations live in the main process and go on; only the picture of them is lost.
function reloadAfterCrash(window: BrowserWindow): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    crashes = [...crashes.filter((at) => Date.now() - at < crashWindowMs), Date.now()];
    if (crashes.length <= crashesBeforeGivingUp) void window.loadURL(startUrl);
  });
}
