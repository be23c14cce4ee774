import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from './browser.ts';
import { ask, type ServedConsole, serve, temporaryWorkspace } from './console-process.ts';

const folder = temporaryWorkspace();
let console: ServedConsole;
let browser: Browser;
let foreign: Server;
let port: string;
let before: unknown;

beforeAll(async () => {
  console = await serve(folder.workspace, '--sample', '20');
  port = new URL(console.url).port;
  before = await ask(console, 'operations.list', { limit: 10 });
  // A rebound name: the page's own name leads to the console as soon as the attacker wants it to.
  browser = await launchBrowser('--host-resolver-rules=MAP evil.example 127.0.0.1');
  foreign = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>foreign</title>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  foreign?.close();
  await browser?.close();
  await console?.stop();
  folder.remove();
});

/** What a page can read of the console by every way it has, as text; an empty list means nothing. */
async function readWhatYouCan(page: Page, target: string): Promise<string[]> {
  return await page.evaluate(async (base) => {
    const read: string[] = [];
    const body = JSON.stringify({
      name: 'records.page',
      input: {
        query: { collection: 'tickets', filter: {}, sort: { field: 'id', direction: 'asc' } },
        limit: 10,
      },
    });
    for (const mode of ['cors', 'no-cors', 'same-origin'] as const) {
      for (const type of ['application/json', 'text/plain']) {
        for (const path of ['/rpc', '/', '/session']) {
          try {
            const init = path === '/' ? {} : { method: 'POST', body, headers: { 'content-type': type } };
            const response = await fetch(base + path, { ...init, mode, credentials: 'include' });
            const text = await response.text();
            if (response.ok && text !== '') read.push(text);
          } catch {
            // Refused, which is what this is about.
          }
        }
      }
    }
    const socketSaid = await new Promise<string>((resolve) => {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/events?client=foreign`);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('');
    });
    if (socketSaid !== '') read.push(socketSaid);
    const framed = await new Promise<string>((resolve) => {
      const frame = document.createElement('iframe');
      frame.src = `${base}/`;
      frame.onload = () => {
        try {
          resolve(frame.contentDocument?.title ?? '');
        } catch {
          resolve('');
        }
      };
      document.body.append(frame);
    });
    if (framed === 'Bulkhead') read.push(framed);
    return read;
  }, target);
}

/** A browser in which the user has the console open, and is signed in to it. */
async function signedIn(): Promise<WatchedPage> {
  const opened = await openPage(browser, console.url);
  await opened.page.getByRole('grid').waitFor();
  return opened;
}

test('our own page reads the tickets, so that nothing below passes for want of any', async () => {
  const { page, context, problems } = await signedIn();
  expect(problems).toEqual([]);
  const read = await readWhatYouCan(page, `http://127.0.0.1:${port}`);
  expect(read.some((text) => text.includes('"subject"'))).toBe(true);
  expect(page.url()).not.toContain(console.token);
  await context.close();
});

test('a page of another site on this machine reads 0 bytes', async () => {
  const { context, problems } = await signedIn();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
  for (const name of ['127.0.0.1', 'localhost'])
    expect(await readWhatYouCan(page, `http://${name}:${port}`)).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

test('a page whose name was rebound to the console reads 0 bytes', async () => {
  const { context, problems } = await signedIn();
  const page = await context.newPage();
  await page.goto(`http://evil.example:${(foreign.address() as AddressInfo).port}/`);
  expect(await readWhatYouCan(page, `http://evil.example:${port}`)).toEqual([]);
  const response = await page.goto(`http://evil.example:${port}/`);
  expect(response?.status()).toBe(403);
  expect(problems).toEqual([]);
  await context.close();
});

test('and nothing was changed by any of it', async () => {
  expect(await ask(console, 'operations.list', { limit: 10 })).toEqual(before);
  expect(before).toMatchObject({ ok: true });
});
