import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Console, type EventListener, openConsole } from '../../src-main/console.ts';
import { readBundle } from '../../src-main/hosts/bundle.ts';
import { maxBufferedBytes } from '../../src-main/hosts/server/events.ts';
import { createBrowserHost } from '../../src-main/hosts/server/host.ts';
import { type RunningServer, startServer } from '../../src-main/hosts/server/server.ts';
import { createSession } from '../../src-main/hosts/server/session.ts';
import { createUploads } from '../../src-main/hosts/server/uploads.ts';
import { countsOf, type Operation } from '../../src-shared/domain/operation.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { miscounted } from '../faults/harness.ts';
import { limit, size } from '../faults/size.ts';
import { launchBrowser, watch } from './browser.ts';
import { crash, processOf } from './page-process.ts';
import { windowOf } from './window.ts';

const losses = size({ short: 6, long: 50 });
const reloads = size({ short: 10, long: 100 });
const count = 20_000;
const random = randomFrom(seed);

let folder: string;
let console: Console;
let server: RunningServer;
let browser: Browser;
let context: BrowserContext;
let url: string;
/** What went wrong in any page. */
const problems: string[][] = [];
/** Who listens to the console's events. */
const listeners = new Set<EventListener>();
/** The server's ends of the sockets that pages listen at, by page: each names itself anew when it is loaded. */
const heard = new Map<string, WebSocket[]>();

beforeAll(async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  const { host, handles } = createBrowserHost(folder);
  const report = () => undefined;
  const own = await openConsole({ workspace: folder, host, version: '0.0.0', actor: 'tester', report });
  console = {
    ...own,
    subscribe: (listener) => {
      listeners.add(listener);
      const leave = own.subscribe(listener);
      return () => {
        listeners.delete(listener);
        leave();
      };
    },
  };
  const session = createSession();
  const uploads = createUploads(folder, handles);
  const bundle = readBundle(join(import.meta.dirname, '../../out/renderer'));
  const { handleUpgrade } = WebSocketServer.prototype;
  WebSocketServer.prototype.handleUpgrade = function (request, socket, head, accept) {
    handleUpgrade.call(this, request, socket, head, (webSocket, upgraded) => {
      const name = request.url ?? '';
      heard.set(name, [...(heard.get(name) ?? []), webSocket]);
      accept(webSocket, upgraded);
    });
  };
  server = await startServer({ console, session, uploads, handles, bundle, port: 0, report });
  url = `http://127.0.0.1:${server.port}/`;
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const first = await open(`${url}#token=${session.token}`);
  await windowOf(first).grid.waitFor();
  await first.close();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await console.close();
  removeFolder(folder);
});

afterEach(async () => {
  for (const page of context.pages()) await page.close();
  heard.clear();
  expect(problems.splice(0).flat()).toEqual([]);
});

async function open(address = url): Promise<Page> {
  const page = await context.newPage();
  problems.push(await watch(page));
  await page.goto(address);
  return page;
}

async function ask<T>(name: string, input: unknown): Promise<T> {
  const reply = await console.handle(console.owner('test'), { name, input });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value as T;
}

/** Loses a page in one way or another while an operation runs; answers a fresh one, and when the page was lost. */
async function lose(page: Page, id: number): Promise<{ fresh: Page; lostMs: number }> {
  const dice = random();
  if (dice < 0.34) {
    const lostMs = performance.now();
    await page.reload();
    return { fresh: page, lostMs };
  }
  const pid = await processOf(page, browser);
  if (dice < 0.67) {
    const before = await through(id);
    // Never answers: the page is busy for ever.
    await page.evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
    });
    await expect.poll(() => through(id), { interval: 10 }).toBeGreaterThan(before);
  }
  const lostMs = performance.now();
  await crash(page, pid);
  await page.close();
  return { fresh: await open(), lostMs };
}

/** How many records the console says are through. */
async function through(id: number): Promise<number> {
  const { tallies } = await ask<Operation>('operations.get', { id });
  return countsOf(tallies).done;
}

/** How many records the first card says are through. */
async function shownBy(page: Page): Promise<number> {
  const card = windowOf(page).operations.getByRole('article').first();
  const text = await card.getByText(/^[\d,]+ \/ [\d,]+$/).innerText();
  return Number(text.split(' /')[0]?.replaceAll(',', ''));
}

/** How many sockets each page has opened, and how many of all are open. */
function sockets(): { opened: number[]; open: WebSocket[] } {
  const all = [...heard.values()];
  return {
    opened: all.map((ofPage) => ofPage.length),
    open: all.flat().filter(({ readyState }) => readyState === WebSocket.OPEN),
  };
}

/** A page that is lost at once may never have opened its socket; none opens two, and that of a lost one is closed. */
async function onlyOneListens(): Promise<void> {
  await expect.poll(() => sockets().open.length).toBe(1);
  expect(Math.max(...sockets().opened)).toBe(1);
}

/** Starts an operation on every ticket, on a disk so slow that it lasts; `end` gives it a fast one. */
async function startSlow(category: string): Promise<{ id: number; title: string; end: () => void }> {
  const database = new Database(join(folder, 'bulkhead.db'), { timeout: 30_000 });
  database.exec(`CREATE TRIGGER slow_disk AFTER UPDATE ON tickets BEGIN
    SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) SELECT i FROM n);
  END`);
  const plan = {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category },
  };
  const { id, title } = await ask<Operation>('operations.plan', plan);
  const end = () => {
    if (database.open) database.exec('DROP TRIGGER slow_disk');
    database.close();
  };
  onTestFinished(async () => {
    end();
    // The next test changes the same tickets.
    await expect.poll(async () => (await ask<Operation>('operations.get', { id })).endedAt).not.toBeNull();
  });
  await ask('operations.start', { id });
  // Its first chunk is of a size for faster disks.
  await expect.poll(() => through(id), { timeout: 60_000 }).toBeGreaterThan(0);
  return { id, title, end };
}

test(`an operation goes on while its page is lost ${losses} times, and a fresh one shows it as it is`, async () => {
  const { id, title, end } = await startSlow('Kept going');
  let page = await open();
  const freshMs: number[] = [];
  for (let loss = 0; loss < losses; loss += 1) {
    const { fresh, lostMs } = await lose(page, id);
    page = fresh;
    const card = windowOf(page).card(title, 'Running');
    await card.waitFor();
    const before = await through(id);
    // An event may be on its way.
    await expect.poll(() => shownBy(page), { interval: 10 }).toBeGreaterThanOrEqual(before);
    freshMs.push(performance.now() - lostMs);
    const shown = await shownBy(page);
    expect(shown).toBeLessThanOrEqual(await through(id));
    await onlyOneListens();
  }
  end();
  await windowOf(page).card(title, 'Done').waitFor();
  expect(countsOf((await ask<Operation>('operations.get', { id })).tallies).done).toBe(count);
  expect(miscounted(folder)).toEqual([]);
  const sorted = freshMs.map(Math.round).toSorted((a, b) => a - b);
  process.stdout.write(`fresh after ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms\n`);
  expect(sorted[sorted.length >> 1]).toBeLessThan(limit(2_000));
});

test('an operation goes on while its page hangs; what waits for the page is bounded, and it comes back as it is', async () => {
  const { id, title, end } = await startSlow('Hung');
  const page = await open();
  const card = windowOf(page).card(title, 'Running');
  await card.waitFor();
  await onlyOneListens();
  const [socket] = sockets().open;
  if (!socket) throw new Error('nobody listens');
  const last = Promise.withResolvers<Parameters<EventListener>[0]>();
  const unsubscribe = console.subscribe((event) => event.name === 'operation.updated' && last.resolve(event));
  const event = await last.promise;
  unsubscribe();
  // A request that is waited for in the midst of a script: nothing else runs in the page meanwhile.
  const release = Promise.withResolvers<void>();
  await page.route('**/hang', async (route) => {
    await release.promise;
    await route.fulfill({ body: '' });
  });
  const hanging = page.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open('GET', '/hang', false);
    request.send();
  });
  let most = 0;
  // Until more waits than a browser takes in for a page that does not read.
  while (socket.readyState === WebSocket.OPEN && most < 2 * maxBufferedBytes) {
    for (const listener of listeners) for (let time = 0; time < 100; time += 1) listener(event);
    most = Math.max(most, socket.bufferedAmount);
    await nextTurn();
  }
  expect(most).toBeGreaterThan(maxBufferedBytes);
  expect(most - maxBufferedBytes).toBeLessThan(2 * JSON.stringify(event).length);
  const before = await through(id);
  // Some seconds, on this disk.
  await expect.poll(() => through(id), { timeout: 60_000 }).toBeGreaterThan(before + 500);
  release.resolve();
  await hanging;
  // It works through what it had taken in first.
  await expect.poll(() => shownBy(page), { timeout: 30_000 }).toBeGreaterThan(before);
  await expect.poll(() => sockets().open.length).toBe(1);
  // It was cut off, and has opened another.
  expect(sockets().opened).toEqual([2]);
  end();
  await card.waitFor({ state: 'detached' });
  await windowOf(page).card(title, 'Done').waitFor();
});

test(`${reloads} reloads leave nothing behind`, async () => {
  const connections = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const page = await open();
  await windowOf(page).grid.waitFor();
  const before = connections();
  for (let reload = 0; reload < reloads; reload += 1) {
    await page.reload();
    await windowOf(page).grid.waitFor();
  }
  await onlyOneListens();
  // Besides the one for events, a browser keeps up to six to ask with.
  expect(connections()).toBeLessThanOrEqual(before + 6);
});
