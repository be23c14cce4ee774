import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

vi.mock('electron', () => import('../../fakes/electron.ts'));

import { Reply } from '../../../src-shared/contract/index.ts';
import { runs } from '../../builders/property.ts';
import { electron, FakeWebContents } from '../../fakes/electron.ts';
import { ownFrame, useDesktop } from './electron-desktop.ts';

const desktop = useDesktop();

const message = { name: 'app.info', input: {} };

describe('a request', () => {
  test('of our own page is answered under the name of its window', async () => {
    await desktop.start();
    desktop.console.answer = () => ({ version: '1.2.3' });
    expect(await desktop.request(message)).toEqual({ ok: true, value: { version: '1.2.3' } });
    expect(desktop.console.handled).toEqual([{ client: `window-${desktop.window().id}`, message }]);
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
        desktop.window().webContents.destroyed = true;
        return { senderFrame: ownFrame };
      },
    ],
  ])('of %s is refused', async (_, event) => {
    await desktop.start();
    const handler = electron.ipcHandlers.get('bulkhead:request');
    const given = event();
    if (!('sender' in given)) Object.defineProperty(given, 'sender', { value: desktop.window().webContents });
    const reply = Reply.parse(await handler?.(given, message));
    expect(reply).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(desktop.console.handled).toEqual([]);
    expect(desktop.denied).toEqual(['request of a foreign frame']);
  });

  test('of 500 senders that are not our page, while it is loaded anew, crashes and is closed, is refused', async () => {
    await desktop.start();
    desktop.console.answer = () => ({ version: '1.2.3' });
    const contents = desktop.window().webContents;
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
        expect([desktop.console.handled.length, desktop.denied.length]).toEqual([0, refused]);
      }),
      runs(500),
    );
    expect(refused).toBe(500);
    expect(gone).toHaveBeenCalled();
    expect(await desktop.request(message)).toMatchObject({ ok: true });
  });

  test('has one channel and no other', async () => {
    await desktop.start();
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
    await desktop.start();
    desktop.console.emit({ name: 'operation.planning', payload: { planned: 1, total: 2 } }, 'script');
    desktop.console.emit({ name: 'records.changed', payload: { collection: 'tickets' } });
    const sent = {
      channel: 'bulkhead:event',
      message: { name: 'records.changed', payload: { collection: 'tickets' } },
    };
    expect(desktop.window().webContents.sent).toEqual([sent]);
    desktop.window().webContents.destroyed = true;
    desktop.window().webContents.emit('destroyed');
    desktop.console.emit({ name: 'records.changed', payload: { collection: 'tickets' } });
    expect(desktop.window().webContents.sent).toHaveLength(1);
    expect(desktop.console.listeners.size).toBe(0);
  });

  test('of a page that is loaded anew make the console forget the old one', async () => {
    await desktop.start();
    desktop.window().webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    desktop.window().webContents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(desktop.console.forgotten).toEqual([]);
    desktop.window().webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(desktop.console.forgotten).toEqual([`window-${desktop.window().id}`]);
  });

  test('a page that crashed is loaded again, three times and no more', async () => {
    await desktop.start();
    for (let crash = 0; crash < 5; crash += 1)
      desktop.window().webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(desktop.window().loaded).toHaveLength(4);
  });
});
