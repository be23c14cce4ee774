import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ServedWindow, windowsOnOneConsole } from './served-window.ts';
import { windowOf } from './window.ts';

const open = windowsOnOneConsole(20);
let opened: ServedWindow;
/** A place elsewhere, and what arrives there. */
let elsewhere: Server;
let foreign: string;
const arrived: string[] = [];

beforeAll(async () => {
  elsewhere = createServer((request, response) => {
    arrived.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(() => elsewhere?.close());
beforeEach(async () => {
  opened = await open();
  await windowOf(opened.page).grid.waitFor();
});

/** The page is where it was, alone, and works; nothing has arrived elsewhere. */
async function expectInPlace(): Promise<void> {
  const { page, context, served } = opened;
  await windowOf(page).go('History');
  await windowOf(page).history.getByText('Create 20 sample tickets').waitFor();
  expect(page.url()).toBe(new URL('/', served.url).href);
  expect(context.pages()).toEqual([page]);
  expect(arrived).toEqual([]);
}

test('what is dropped on the window opens neither in its place nor beside it', async () => {
  const file = join(dirname(opened.served.workspace), 'dropped.html');
  writeFileSync(file, '<title>dropped</title>');
  const session = await opened.context.newCDPSession(opened.page);
  const link = { mimeType: 'text/uri-list', data: `${foreign}/` };
  for (const dropped of [{ items: [], files: [file] }, { items: [link] }])
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', {
        type,
        x: 600,
        y: 400,
        data: { ...dropped, dragOperationsMask: 1 },
      });
  await expectInPlace();
  expect(opened.problems).toEqual([]);
});

/** What code in the page can try to reach another place, or to run what is text. */
const tries = {
  'a frame': (place: string) =>
    document.body.insertAdjacentHTML('beforeend', `<iframe src="${place}"></iframe>`),
  'a form': (place: string) => {
    document.body.insertAdjacentHTML('beforeend', `<form target="_blank" action="${place}"></form>`);
    document.forms[document.forms.length - 1]?.submit();
  },
  'an address that is a program': () => {
    document.body.insertAdjacentHTML('beforeend', '<a href="javascript:location.reload()">x</a>');
    document.body.querySelector('a')?.click();
  },
  'an object': (place: string) =>
    document.body.insertAdjacentHTML('beforeend', `<object data="${place}"></object>`),
  'a picture': (place: string) => document.body.insertAdjacentHTML('beforeend', `<img src="${place}">`),
  'a style sheet': (place: string) =>
    document.head.insertAdjacentHTML('beforeend', `<link rel="stylesheet" href="${place}">`),
  'a script': (place: string) => {
    const script = document.createElement('script');
    script.src = place;
    document.head.append(script);
  },
  'a base': (place: string) => document.head.insertAdjacentHTML('afterbegin', `<base href="${place}">`),
  'a request': (place: string) => void fetch(place).catch(() => undefined),
  'a beacon': (place: string) => void navigator.sendBeacon(place),
  'a socket': (place: string) => void new WebSocket(place.replace('http', 'ws')),
} as const;

test('what the policy forbids does not come about, whatever code in the page tries', async () => {
  const { page, problems } = opened;
  for (const [message, attempt] of Object.entries(tries)) {
    problems.length = 0;
    await page.evaluate(attempt, `${foreign}/`);
    const forbidden = () => problems.some((problem) => problem.startsWith('securitypolicyviolation'));
    await expect.poll(forbidden, { message }).toBe(true);
  }
  await expectInPlace();
});
