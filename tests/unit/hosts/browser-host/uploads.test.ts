import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ChosenFile } from '../../../../src-shared/contract/files.ts';
import { Reply } from '../../../../src-shared/contract/index.ts';
import { useBrowserHost } from './use-browser-host.ts';

const host = useBrowserHost();

async function upload(name: string, body: BodyInit): Promise<Response> {
  const headers = {
    ...host.own,
    'content-type': 'application/octet-stream',
    'x-file-name': encodeURIComponent(name),
  };
  return await fetch(host.address('/files'), { method: 'POST', headers, body });
}

async function chosen(response: Response): Promise<ChosenFile> {
  const reply = Reply.parse(await response.json());
  return ChosenFile.parse(reply.ok ? reply.value : reply.error);
}

describe('an upload', () => {
  test('becomes a file that only this user may read, under its own name', async () => {
    const file = await chosen(await upload('tickets März.csv', 'id,subject\r\n1,x\r\n'));
    expect(file).toMatchObject({ name: 'tickets März.csv', bytes: 17 });
    const path = host.harness.browserHost.host.pathOf(file.handle);
    expect(path.startsWith(join(host.harness.workspace, 'uploads'))).toBe(true);
    expect(path.endsWith('/tickets März.csv')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('id,subject\r\n1,x\r\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    '../../escape.csv',
    '/etc/passwd',
    '..\\..\\x.csv',
    '.hidden',
    '',
    'a\u0000b.csv',
    '\u202egnp.csv',
    `${'ü'.repeat(500)}.csv`,
  ])('called %j stays in its folder', async (name) => {
    const path = host.harness.browserHost.host.pathOf((await chosen(await upload(name, 'x'))).handle);
    const [folder = '', file = '', ...rest] = path
      .slice(join(host.harness.workspace, 'uploads').length + 1)
      .split('/');
    expect(rest).toEqual([]);
    expect(folder).toMatch(/^[\w-]{16}$/);
    expect(file).toMatch(/^[^.\p{Cc}\p{Cf}][^\p{Cc}\p{Cf}]*$/u);
    expect(readdirSync(join(host.harness.workspace, 'uploads', folder))).toEqual([file]);
  });

  test('beyond the limit leaves nothing behind', async () => {
    const chunk = new Uint8Array(300_000);
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 4) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { ...host.own, 'content-type': 'application/octet-stream', 'x-file-name': 'big.csv' };
    const streamed = { method: 'POST', headers, body, duplex: 'half' };
    const response = await fetch(host.address('/files'), streamed);
    expect(response.status).toBe(413);
    expect(readdirSync(join(host.harness.workspace, 'uploads'))).toEqual([]);
  });

  test('whose sender goes away leaves nothing behind', async () => {
    const headers = Object.entries({
      ...host.own,
      'content-type': 'application/octet-stream',
      'content-length': '999',
    });
    const text = `POST /files HTTP/1.1\r\nhost: ${host.harness.host}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    const uploads = join(host.harness.workspace, 'uploads');
    const socket = connect(host.harness.port, '127.0.0.1', () => socket.write(`${text}some`));
    await expect.poll(() => existsSync(uploads) && readdirSync(uploads).length).toBe(1);
    socket.destroy();
    await expect.poll(() => readdirSync(uploads)).toEqual([]);
    expect(host.harness.reports.filter(({ kind }) => kind === 'unexpected')).toEqual([]);
  });

  test('that cannot be kept says where and why', async () => {
    const uploads = join(host.harness.workspace, 'uploads');
    mkdirSync(host.harness.workspace);
    writeFileSync(uploads, 'not a folder');
    const reply = Reply.parse(await (await upload('x.csv', 'x')).json());
    expect(reply).toMatchObject({ ok: false, error: { code: 'workspace_not_writable' } });
    expect(JSON.stringify(reply)).toContain(`${uploads}, which cannot be used: part of its path is a file`);
  });

  test('of the day before yesterday is removed at the start, one of today is not', async () => {
    const now = Date.now();
    const [old, fresh] = ['old', 'fresh'].map((name) => join(host.harness.workspace, 'uploads', name)) as [
      string,
      string,
    ];
    for (const folder of [old, fresh]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'x.csv'), 'x');
    }
    utimesSync(old, now / 1000 - 90_000, now / 1000 - 90_000);
    await host.harness.uploads.removeOld(now);
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});
