import { EventEmitter } from 'node:events';

/**
 * Electron as far as the desktop host uses it, in plain Node: it remembers what it was told and lets a test play
 * the browser's part. Use it with `vi.mock('electron', () => import('.../tests/fakes/electron.ts'))` and `resetElectron()`.
 */
export const electron = {
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  ipcHandlers: new Map<string, (event: unknown, message: unknown) => unknown>(),
  rendererListeners: new Map<string, Set<(event: unknown, message: unknown) => void>>(),
  exposed: new Map<string, unknown>(),
  invoked: [] as { channel: string; message: unknown }[],
  windows: [] as BrowserWindow[],
  sessions: new Map<string, FakeSession>(),
  errorBoxes: [] as { title: string; content: string }[],
  notifications: [] as Notification[],
  revealed: [] as string[],
  clipboard: '',
  menu: null as unknown,
  /** Answers of the next dialogs. */
  openDialog: { filePaths: [] as string[] },
  saveDialog: { filePath: '' },
  messageBoxes: [] as { message: string; detail: string; buttons: string[] }[],
  messageBoxAnswer: 0,
  hasLock: true,
  exitCodes: [] as number[],
  quits: 0,
  isSandboxEnabled: false,
  isFocused: true,
  switches: new Set<string>(),
  /** Whose key seals secrets; `basic_text` is everybody's. */
  keyring: 'mine',
};

/** Everything as it was before the first test. */
export function resetElectron(): void {
  app.removeAllListeners();
  for (const list of [electron.schemes, electron.windows, electron.errorBoxes, electron.notifications])
    list.length = 0;
  for (const list of [electron.revealed, electron.messageBoxes, electron.exitCodes, electron.invoked])
    list.length = 0;
  for (const map of [electron.ipcHandlers, electron.rendererListeners, electron.exposed, electron.sessions])
    map.clear();
  electron.switches.clear();
  Object.assign(electron, {
    menu: null,
    clipboard: '',
    messageBoxAnswer: 0,
    hasLock: true,
    quits: 0,
    isSandboxEnabled: false,
    isFocused: true,
    keyring: 'mine',
  });
}

/** An event whose default a listener may prevent. */
export interface FakeEvent {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function createEvent<T extends object>(facts: T): T & FakeEvent {
  const event = { ...facts, defaultPrevented: false, preventDefault: () => undefined as void };
  event.preventDefault = () => {
    event.defaultPrevented = true;
  };
  return event;
}

class FakeApp extends EventEmitter {
  isPackaged = false;
  readonly commandLine = { hasSwitch: (name: string) => electron.switches.has(name) };
  requestSingleInstanceLock = () => electron.hasLock;
  enableSandbox = () => {
    electron.isSandboxEnabled = true;
  };
  whenReady = async () => undefined;
  getPath = (name: string) => `/home/agent/${name}`;
  quit = () => {
    electron.quits += 1;
  };
  exit = (code: number) => {
    electron.exitCodes.push(code);
  };
}
export const app = new FakeApp();

type Handler = ((...args: never[]) => unknown) | null;

export class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly schemeHandlers = new Map<string, (request: { url: string; method: string }) => Response>();
  readonly options: unknown;
  readonly protocol = {
    handle: (scheme: string, handler: (request: { url: string; method: string }) => Response) => {
      this.schemeHandlers.set(scheme, handler);
    },
  };
  readonly webRequest = {
    onBeforeRequest: (handler: Handler) => this.handlers.set('onBeforeRequest', handler),
  };

  constructor(options: unknown) {
    super();
    this.options = options;
  }
  setPermissionRequestHandler = (handler: Handler) => this.handlers.set('permissionRequest', handler);
  setPermissionCheckHandler = (handler: Handler) => this.handlers.set('permissionCheck', handler);
  setDevicePermissionHandler = (handler: Handler) => this.handlers.set('devicePermission', handler);
  setDisplayMediaRequestHandler = (handler: Handler) => this.handlers.set('displayMedia', handler);
}

export const session = {
  fromPartition: (name: string, options: unknown) => {
    const made = new FakeSession(options);
    electron.sessions.set(name, made);
    return made;
  },
};

export const protocol = {
  registerSchemesAsPrivileged: (schemes: typeof electron.schemes) => electron.schemes.push(...schemes),
};

export class FakeWebContents extends EventEmitter {
  readonly sent: { channel: string; message: unknown }[] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  destroyed = false;
  isDestroyed = () => this.destroyed;
  isCrashed = () => false;
  send = (channel: string, message: unknown) => {
    this.sent.push({ channel, message });
  };
  setWindowOpenHandler = (handler: FakeWebContents['windowOpenHandler']) => {
    this.windowOpenHandler = handler;
  };
}

export class BrowserWindow extends EventEmitter {
  static lastId = 0;
  readonly id = ++BrowserWindow.lastId;
  readonly webContents = new FakeWebContents();
  readonly options: { webPreferences: Record<string, unknown>; show: boolean };
  readonly loaded: string[] = [];
  shown = 0;
  focused = 0;

  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    electron.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  isDestroyed = () => this.webContents.destroyed;
  isFocused = () => electron.isFocused;
  isMinimized = () => false;
  restore = () => undefined;
  show = () => {
    this.shown += 1;
  };
  focus = () => {
    this.focused += 1;
  };
  loadURL = async (url: string) => {
    this.loaded.push(url);
  };
}

export const ipcMain = {
  handle: (channel: string, handler: (event: unknown, message: unknown) => unknown) => {
    if (electron.ipcHandlers.has(channel)) throw new Error(`${channel} has a handler already`);
    electron.ipcHandlers.set(channel, handler);
  },
};

export const ipcRenderer = {
  invoke: async (channel: string, message: unknown) => {
    electron.invoked.push({ channel, message });
    return { ok: true, value: {} };
  },
  on: (channel: string, listener: (event: unknown, message: unknown) => void) => {
    electron.rendererListeners.set(
      channel,
      (electron.rendererListeners.get(channel) ?? new Set()).add(listener),
    );
  },
  removeListener: (channel: string, listener: (event: unknown, message: unknown) => void) => {
    electron.rendererListeners.get(channel)?.delete(listener);
  },
};

export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown) => electron.exposed.set(name, api),
};

export const dialog = {
  showOpenDialog: async () => electron.openDialog,
  showSaveDialog: async (_window: unknown, options: { defaultPath: string }) => {
    lastSaveOptions.defaultPath = options.defaultPath;
    return electron.saveDialog;
  },
  showMessageBox: async (_window: unknown, options: (typeof electron.messageBoxes)[number]) => {
    electron.messageBoxes.push(options);
    return { response: electron.messageBoxAnswer };
  },
  showErrorBox: (title: string, content: string) => electron.errorBoxes.push({ title, content }),
};
export const lastSaveOptions = { defaultPath: '' };

export class Notification extends EventEmitter {
  static isSupported = () => true;
  readonly options: { title: string; body: string };
  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
  }
  show = () => electron.notifications.push(this);
}

export const clipboard = {
  writeText: async (text: string) => {
    electron.clipboard = text;
  },
};
export const shell = { showItemInFolder: (path: string) => electron.revealed.push(path) };
export const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => (electron.keyring === 'basic_text' ? 'basic_text' : 'gnome_libsecret'),
  encryptString: (text: string) => Buffer.from(`${electron.keyring}:${Buffer.from(text).toString('hex')}`),
  decryptString: (sealed: Buffer) => {
    const [keyring, hex = ''] = sealed.toString().split(':');
    if (keyring !== electron.keyring) throw new Error('Error while decrypting the ciphertext provided.');
    return Buffer.from(hex, 'hex').toString();
  },
};
export const nativeTheme = { shouldUseDarkColors: false };
export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: (menu: unknown) => {
    electron.menu = menu;
  },
};
