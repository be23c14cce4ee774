import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../../../builders/property.ts';
import { type Random, randomFrom } from '../../../builders/random.ts';
import { size } from '../../../faults/size.ts';
import { type CountedDispatch, countedDispatch } from '../counted-dispatch.ts';
import { type Harness, startHarness } from '../server-harness.ts';
import { type Address, addressesOf } from './addresses.ts';
import { brokenFraming } from './broken-framing.ts';
import { answersIn, sendAlone, sendInARow } from './exchange.ts';
import { heldBytes } from './held-bytes.ts';
import { outcomeOf } from './outcomes.ts';
import { toBytes } from './raw-requests.ts';

const perAddress = size({ short: 300, long: 10_000 });
/** Of these one in ten breaks its frame, and comes alone. */
const inARow = 45;
const alone = 5;

let harness: Harness;
let counted: CountedDispatch;
let addresses: readonly Address[];
let bytesBefore: number;

beforeAll(async () => {
  harness = await startHarness();
  counted = countedDispatch();
  harness.console.handle = counted.dispatch;
  addresses = addressesOf(harness.host, harness.session.token);
  // What is made once, at the first request, is not left behind by the others.
  for (const address of addresses) await round(address, randomFrom(seed), new Map());
  bytesBefore = heldBytes();
});
afterAll(() => harness.stop());

test.each(['POST /rpc', 'POST /session', 'POST /files', 'the APIs'])(
  'malformed requests to %s are refused',
  { timeout: 120_000 },
  async (name) => {
    const address = addresses.find((one) => one.name === name);
    if (!address) throw new Error(`no address ${name}`);
    const random = randomFrom(seed + name.length);
    const outcomes = new Map<string, number>();
    for (let sent = 0; sent < perAddress; sent += inARow + alone) await round(address, random, outcomes);
    process.stdout.write(`${name}: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    expect(
      [...outcomes.keys()].filter((outcome) => !/^4\d\d |^200 (invalid|unknown)_request$/.test(outcome)),
    ).toEqual([]);
    expect(counted.calls).toEqual([]);
    expect(counted.failures).toEqual([]);
    expect(harness.reports.filter(({ kind }) => kind !== 'refused')).toEqual([]);
    const uploads = join(harness.workspace, 'uploads');
    // What came of a request that broke off is removed while its sender is answered.
    await expect.poll(() => (existsSync(uploads) ? readdirSync(uploads) : [])).toEqual([]);
    expect(Reflect.ownKeys(Object.prototype)).not.toContain('isAdmin');
    harness.reports.length = 0;
  },
);

test('malformed requests leave no memory behind', async () => {
  // What sockets held is given back a little after they are closed.
  await expect.poll(() => (heldBytes() - bytesBefore) / 1e6).toBeLessThan(50);
});

/** Sends some in a row and some alone, and counts what they were answered. */
async function round(address: Address, random: Random, outcomes: Map<string, number>): Promise<void> {
  const note = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const framed = Array.from({ length: inARow }, () => toBytes(address.malformed(random)));
  const broken = Array.from({ length: alone }, () => brokenFraming(address.sound(random), random));
  const [answers, ...ends] = await Promise.all([
    sendInARow(harness.port, framed),
    ...broken.map((bytes) => sendAlone(harness.port, bytes)),
  ]);
  for (const [at, bytes] of framed.entries()) note(outcomeOf(answers[at], bytes));
  for (const [at, bytes] of broken.entries()) {
    const answered = answersIn(ends[at] ?? Buffer.alloc(0));
    if (answered.length === 0) note(outcomeOf(undefined, bytes));
    for (const answer of answered) note(outcomeOf(answer, bytes));
  }
}
