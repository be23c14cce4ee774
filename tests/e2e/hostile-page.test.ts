import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reply } from '../../src-shared/contract/index.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { size } from '../faults/size.ts';
import { type CountedDispatch, countedDispatch } from '../unit/hosts/counted-dispatch.ts';
import { addressesOf } from '../unit/hosts/fuzz/addresses.ts';
import type { Sound } from '../unit/hosts/fuzz/raw-requests.ts';
import { type Harness, startHarness } from '../unit/hosts/server-harness.ts';
import { launchBrowser } from './browser.ts';

const perAddress = size({ short: 500, long: 10_000 });
const atOnce = 100;
/** Takes nothing and answers nothing. */
const harmless = 'workspace.acknowledge_recovery';
/** What a browser lets no page say. */
const forbidden = ['TRACE'];

let harness: Harness;
let counted: CountedDispatch;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  harness = await startHarness();
  counted = countedDispatch({ [harmless]: () => ({}) });
  harness.console.handle = counted.dispatch;
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(`http://${harness.host}/`);
  const [name = '', value = ''] = harness.cookie.split('=');
  await page.context().addCookies([{ name, value, url: page.url() }]);
});
afterAll(async () => {
  await browser?.close();
  await harness?.stop();
});

/** Sends them from the page, with its cookie; answers the status of each, and what it was told. */
async function sendAll(requests: readonly Sound[]): Promise<{ status: number; text: string }[]> {
  const sent = requests.map(({ line, headers, body }) => {
    const [method = '', path = ''] = line.split(' ');
    const { Host: _host, Origin: _origin, Authorization: _token, ...said } = headers;
    return { method, path, said, bytes: body.toString('base64') };
  });
  return page.evaluate(
    (all) =>
      Promise.all(
        all.map(async ({ method, path, said, bytes }) => {
          const body = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
          const response = await fetch(path, { method, headers: said, body });
          return { status: response.status, text: await response.text() };
        }),
      ),
    sent,
  );
}

function outcomeOf({ status, text }: { status: number; text: string }): string {
  const reply = Reply.safeParse(JSON.parse(text)).data;
  return `${status} ${reply?.ok === false ? reply.error.code : 'without a code'}`;
}

test('what the page may ask for is carried out, so that nothing below is refused for want of the right to', async () => {
  const body = Buffer.from(JSON.stringify({ name: harmless, input: {} }));
  const headers = { 'Content-Type': 'application/json' };
  expect(await sendAll([{ line: 'POST /rpc', headers, body }])).toMatchObject([{ status: 200 }]);
  expect(counted.calls.splice(0)).toMatchObject([{ name: harmless }]);
});

test.each(['POST /rpc', 'POST /session', 'POST /files'])(
  'malformed requests of a page to %s are refused',
  { timeout: 300_000 },
  async (name) => {
    const address = addressesOf(harness.host, harness.session.token).find((one) => one.name === name);
    if (!address) throw new Error(`no address ${name}`);
    const random = randomFrom(seed + name.length);
    const outcomes = new Map<string, number>();
    for (let sent = 0; sent < perAddress; ) {
      const requests = Array.from({ length: atOnce }, () => address.malformed(random)).filter(
        ({ line }) => !forbidden.some((method) => line.startsWith(method)),
      );
      for (const outcome of (await sendAll(requests)).map(outcomeOf))
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      sent += requests.length;
    }
    process.stdout.write(`${name}: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    expect(
      [...outcomes.keys()].filter(
        (outcome) => !/^4\d\d [a-z_]+$|^200 (invalid|unknown)_request$/.test(outcome),
      ),
    ).toEqual([]);
    expect(counted.calls).toEqual([]);
    expect(counted.failures).toEqual([]);
    expect(harness.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
    harness.reports.length = 0;
  },
);
