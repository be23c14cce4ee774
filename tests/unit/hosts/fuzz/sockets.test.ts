import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SubscribeMessage } from '../../../../src-main/hosts/server/faces/sockets/user-socket.ts';
import { seed } from '../../../builders/property.ts';
import { randomFrom } from '../../../builders/random.ts';
import { size } from '../../../faults/size.ts';
import { type CountedDispatch, countedDispatch } from '../counted-dispatch.ts';
import { type Harness, startHarness } from '../server-harness.ts';
import { answersIn, sendAlone } from './exchange.ts';
import { closeCodeIn, handshake, wrongFrame, wrongHandshake } from './frames.ts';
import { outcomeOf } from './outcomes.ts';
import { type Sound, toBytes, wrongJson } from './raw-requests.ts';

const perSocket = size({ short: 100, long: 5_000 });
const atATime = 10;
const paths = ['/events?client=w', '/ws/bulk/owner'];

let harness: Harness;
let counted: CountedDispatch;
beforeAll(async () => {
  harness = await startHarness();
  counted = countedDispatch();
  harness.console.handle = counted.dispatch;
});
afterAll(async () => {
  await harness.stop();
  expect(counted.calls).toEqual([]);
  expect(harness.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
  expect(Reflect.ownKeys(Object.prototype)).not.toContain('isAdmin');
});

function opening(path: string): Sound {
  return handshake(path, { Host: harness.host, Authorization: `Bearer ${harness.session.token}` });
}

/** What came of each of so many, made and sent some at a time; how often of each kind. */
async function outcomesOf(count: number, send: () => Promise<string>): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (let sent = 0; sent < count; sent += atATime)
    for (const outcome of await Promise.all(Array.from({ length: atATime }, send)))
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  return outcomes;
}

test.each(paths)('malformed handshakes at %s are refused', async (path) => {
  const random = randomFrom(seed);
  const outcomes = await outcomesOf(perSocket, async () => {
    const bytes = toBytes(wrongHandshake(opening(path), random));
    return outcomeOf(answersIn(await sendAlone(harness.port, bytes))[0], bytes);
  });
  expect(Object.keys(outcomes).filter((outcome) => !/^4\d\d \w+$/.test(outcome))).toEqual([]);
});

test.each(paths)('malformed frames at %s end their connection', async (path) => {
  const random = randomFrom(seed);
  const outcomes = await outcomesOf(perSocket, async () => {
    const wrong = wrongFrame(random);
    const received = await sendAlone(harness.port, Buffer.concat([toBytes(opening(path)), wrong]));
    const end = received.indexOf('\r\n\r\n') + 4;
    expect(received.toString('latin1', 0, 12)).toBe('HTTP/1.1 101');
    const code = closeCodeIn(received.subarray(end));
    return code === null ? `no word to ${wrong.toString('hex')}` : String(code);
  });
  expect(Object.keys(outcomes).filter((code) => !/^(1002|1003|1007|1009)$/.test(code))).toEqual([]);
});

test('malformed messages on the socket of a user are answered with what is wrong', async () => {
  const random = randomFrom(seed);
  const socket = new WebSocket(`ws://${harness.host}/ws/bulk/owner`, {
    headers: { authorization: `Bearer ${harness.session.token}` },
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const said: string[] = [];
  socket.on('message', (data) => said.push(String(data)));
  const messages = Array.from({ length: perSocket }, () => wrongMessage());
  for (const message of messages) socket.send(message);
  await expect.poll(() => said.length).toBe(messages.length);
  const codes = new Set(said.map((text) => JSON.parse(text).error.code));
  expect(codes).toEqual(new Set(['invalid_request']));
  socket.terminate();

  function wrongMessage(): string {
    const text = wrongJson(Buffer.from('{"type":"subscribe","operation_id":"1"}'), random).toString();
    // A longer message than any ends the connection, as a wrong frame does.
    return isTaken(text) || text.length > 10_000 ? wrongMessage() : text;
  }
});

function isTaken(text: string): boolean {
  try {
    return SubscribeMessage.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
