import { app, type Session, type WebContents } from 'electron';
import { appOrigin, startUrl } from './protocol.ts';

/** Told of everything that was denied, for the log. */
export type Denied = (what: string, facts?: Readonly<Record<string, unknown>>) => void;

/** Tells of the same thing once: a page may ask without end. */
function onceEach(denied: Denied): Denied {
  const told = new Set<string>();
  return (what, facts) => {
    const key = JSON.stringify([what, facts]);
    if (told.has(key)) return;
    told.add(key);
    denied(what, facts);
  };
}

/** As much of an address as a log may hold: what follows may be the text of a ticket. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'no address';
  const { protocol, host } = new URL(url);
  return host === '' ? protocol : `${protocol}//${host}`;
}

/** Denies the window every power that the console does not need: permissions, devices, downloads and the network. */
export function guardSession(session: Session, denied: Denied): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    denied('permission', { permission });
    callback(false);
  });
  const deniedOnce = onceEach(denied);
  session.setPermissionCheckHandler((_contents, permission, origin) => {
    deniedOnce('permission check', { permission, origin: placeOf(origin) });
    return false;
  });
  session.setDevicePermissionHandler(({ deviceType, origin }) => {
    deniedOnce('device', { kind: deviceType, origin: placeOf(origin) });
    return false;
  });
  session.setDisplayMediaRequestHandler((_request, callback) => {
    denied('display media');
    callback({});
  });
  session.on('will-download', (event) => {
    denied('download');
    event.preventDefault();
  });
  session.on('file-system-access-restricted', (_event, { origin }, callback) => {
    denied('file system', { origin: placeOf(origin) });
    callback('deny');
  });
  session.on('select-hid-device', (event, _details, callback) => {
    denied('device picker', { kind: 'hid' });
    event.preventDefault();
    callback(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    denied('device picker', { kind: 'serial' });
    event.preventDefault();
    callback('');
  });
  session.on('select-usb-device', (event, _details, callback) => {
    denied('device picker', { kind: 'usb' });
    event.preventDefault();
    callback();
  });
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const isOurs =
      url.startsWith(startUrl) ||
      url.startsWith('data:image/') ||
      (!app.isPackaged && url.startsWith('devtools://'));
    if (!isOurs) denied('request', { to: placeOf(url) });
    callback({ cancel: !isOurs });
  });
}

/** Keeps every page of this application where it is: no navigation, no second window, no guest. */
export function guardContents(denied: Denied): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-frame-navigate', (event) => {
      // Loading the start page anew is how a window is reloaded.
      if (event.isMainFrame && event.url === startUrl) return;
      denied('navigation', { to: placeOf(event.url) });
      event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      denied('redirect', { to: placeOf(event.url) });
      event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url }) => {
      denied('window', { to: placeOf(url) });
      return { action: 'deny' };
    });
    contents.on('will-attach-webview', (event) => {
      denied('webview');
      event.preventDefault();
    });
    contents.on('select-bluetooth-device', (event, _devices, callback) => {
      denied('device picker', { kind: 'bluetooth' });
      event.preventDefault();
      callback('');
    });
  });
}

/** True for the main frame of this very window, at our own origin and still there. */
export function isOwnFrame(
  event: { readonly sender: WebContents; readonly senderFrame: Electron.WebFrameMain | null },
  own: WebContents | null,
): boolean {
  try {
    const frame = event.senderFrame;
    if (frame === null || own === null || own.isDestroyed() || event.sender !== own) return false;
    return frame.parent === null && !frame.detached && frame.origin === appOrigin;
  } catch {
    // Electron throws on touching a frame that has gone; nothing is owed to it.
    return false;
  }
}
