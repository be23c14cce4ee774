import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LineWriter, openLines } from '../../../src-main/hosts/server/faces/http/line-writer.ts';

const line = { text: 'x'.repeat(1_000) };
const most = 64_000_000;
let written = 0;
let ended: Promise<void>;
let lines: LineWriter | undefined;

const server = createServer((request, response) => {
  if (request.url === '/count') return void response.end(String(written));
  const writer = openLines(response, {});
  lines = writer;
  ended = (async () => {
    while (written < most && !writer.signal.aborted) {
      await writer.write(Array.from({ length: 50 }, () => line));
      written += 50 * 1_000;
    }
    writer.end();
  })();
});

beforeEach(async () => {
  written = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

function ask(path: string): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, path, host: '127.0.0.1', agent: false }, resolve).on('error', reject);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** What was written by the time that so many other requests were answered: a writer that waits for nobody is through by then. */
async function writtenMeanwhile(): Promise<number> {
  for (let count = 0; count < 200; count += 1) await textOf(await ask('/count'));
  return written;
}

test('a reader that stops reading stops the writer, until it reads again', async () => {
  const response = await ask('/');
  response.pause();
  const before = await writtenMeanwhile();
  // No more than the sockets on the way take.
  expect(before).toBeLessThan(most / 2);
  expect(await writtenMeanwhile()).toBe(before);
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  expect(bytes).toBeGreaterThan(most);
});

test('a reader that goes away ends the wait', async () => {
  const response = await ask('/');
  response.pause();
  await writtenMeanwhile();
  response.destroy();
  await ended;
  expect(lines?.signal.aborted).toBe(true);
  expect(written).toBeLessThan(most);
});
