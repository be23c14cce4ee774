import { app, type Session, type WebContents } from 'electron';
import { appOrigin, startUrl } from './protocol.ts';

/** Told of everything that was denied, for the log. */
export type Denied = (what: string, facts?: Readonly<Record<string, unknown>>) => void;

/** Denies the window every power that the console does not need: permissions, devices, downloads and the network. */
export function guardSession(session: Session, denied: Denied): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    denied('permission', { permission });
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    denied('display media');
    callback({});
  });
  session.on('will-download', (event) => {
    denied('download');
    event.preventDefault();
  });
  session.on('file-system-access-restricted', (_event, _details, callback) => callback('deny'));
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault();
    callback('');
  });
  session.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault();
    callback();
  });
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const isOurs =
      url.startsWith(startUrl) ||
      url.startsWith('data:image/') ||
      (!app.isPackaged && url.startsWith('devtools://'));
    if (!isOurs) denied('request', { url: url.slice(0, 200) });
    callback({ cancel: !isOurs });
  });
}

/** Keeps every page of this application where it is: no navigation, no second window, no guest. */
export function guardContents(denied: Denied): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-frame-navigate', (event) => {
      // Loading the start page anew is how a window is reloaded.
      if (event.isMainFrame && event.url === startUrl) return;
      denied('navigation', { url: event.url.slice(0, 200) });
      event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      denied('redirect', { url: event.url.slice(0, 200) });
      event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url }) => {
      denied('window', { url: url.slice(0, 200) });
      return { action: 'deny' };
    });
    contents.on('will-attach-webview', (event) => {
      denied('webview');
      event.preventDefault();
    });
    contents.on('select-bluetooth-device', (event, _devices, callback) => {
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
