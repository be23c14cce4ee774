import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBundle } from '../../../src-main/hosts/bundle.ts';
import { type BrowserHost, createBrowserHost } from '../../../src-main/hosts/server/host.ts';
import { type RunningServer, startServer } from '../../../src-main/hosts/server/server.ts';
import { createSession, type Session } from '../../../src-main/hosts/server/session.ts';
import { createUploads, type Uploads } from '../../../src-main/hosts/server/uploads.ts';
import { createFakeConsole, type FakeConsole } from '../../fakes/console.ts';

export interface Harness {
  readonly console: FakeConsole;
  readonly server: RunningServer;
  readonly session: Session;
  readonly uploads: Uploads;
  readonly browserHost: BrowserHost;
  readonly workspace: string;
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** The cookie of an open session, as `name=value`. */
  readonly cookie: string;
  readonly reports: { kind: string; facts: Readonly<Record<string, unknown>> }[];
  stop(): Promise<void>;
}

export const pageText = '<!doctype html><title>Bulkhead</title>';

/** The browser host around a fake console, listening on a free port, with a page of three files. */
export async function startHarness(options: { maxUploadBytes?: number } = {}): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-host-'));
  const workspace = join(folder, 'workspace');
  const built = join(folder, 'renderer');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(built, 'index.html'), pageText);
  writeFileSync(join(built, 'assets/index.js'), 'export {};');
  writeFileSync(join(built, 'assets/index.css'), 'body {}');
  writeFileSync(join(built, 'assets/index.js.map'), '{}');
  const console = createFakeConsole();
  const session = createSession();
  const browserHost = createBrowserHost(workspace);
  const uploads = createUploads(workspace, browserHost.handles, options.maxUploadBytes);
  const reports: Harness['reports'] = [];
  const server = await startServer({
    console,
    session,
    uploads,
    handles: browserHost.handles,
    bundle: readBundle(built),
    port: 0,
    report: (kind, facts) => reports.push({ kind, facts }),
  });
  const { port } = server;
  const cookie = session.open(session.token, port)?.split(';')[0] ?? '';
  return {
    console,
    server,
    session,
    uploads,
    browserHost,
    workspace,
    port,
    host: `127.0.0.1:${port}`,
    cookie,
    reports,
    async stop() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends bytes as they are and answers everything that comes back until the server hangs up or a whole answer is there. */
export function sendRaw(port: number, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += String(chunk);
      const whole =
        /^HTTP\/1\.1 (?!100)\d{3}[\s\S]*?\r\ncontent-length: (\d+)\r\n[\s\S]*?\r\n\r\n([\s\S]*)$/i.exec(
          received,
        );
      if (whole && (whole[2] ?? '').length >= Number(whole[1])) socket.destroy();
    });
    socket.on('error', (error) => (received === '' ? reject(error) : resolve(received)));
    socket.on('close', () => resolve(received));
    socket.write(text);
  });
}

/** The status line's number. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
