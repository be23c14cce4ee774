import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { collectionNames } from '../../src-shared/collections/index.ts';
import { isFinal } from '../../src-shared/domain/operation.ts';
import { fillEveryCollection } from '../builders/api-records.ts';
import { expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { changedTooOften, contentsOf, mistoldComments } from './agreement.ts';
import { RandomDesk } from './random-desk.ts';
import { size } from './size.ts';

const sequences = size({ short: 1, long: 10 });
const steps = 40;
const patience = { timeout: 40_000, interval: 100 };

async function expectAgreement(random: () => number, isRestored: boolean): Promise<void> {
  const [here, there] = [makeFolder(), makeFolder()];
  fillEveryCollection(there, 'mina');
  const desk = new RandomDesk(here, there, random);
  const copied = { here, there, remote: 'Desk', users: ['mina', 'omar'] };
  await desk.open();
  try {
    for (let at = 0; at < steps; at += 1)
      await (isRestored && random() < 0.1 ? desk.restoreThere() : desk.step());
    const rest = async () => {
      await desk.settleDown();
      const open = (await desk.operations()).filter(({ state }) => !isFinal(state)).map(({ id }) => id);
      const { state, waiting, conflicts, message } = await desk.remote();
      return { open, state, waiting, conflicts, message };
    };
    const atRest = { open: [], state: 'ready', waiting: 0, conflicts: 0, message: null };
    await expect.poll(rest, patience).toEqual(atRest);
    for (const collection of collectionNames)
      await expect
        .poll(() => contentsOf(copied, collection), patience)
        .toSatisfy((found: ReturnType<typeof contentsOf>) => isDeepStrictEqual(found.here, found.there));
    if (!isRestored) {
      expect(mistoldComments(copied)).toEqual([]);
      for (const collection of collectionNames) expect(changedTooOften(copied, collection)).toEqual([]);
    }
    for (const one of await desk.operations()) expectEnded(here, one);
  } catch (error) {
    process.stdout.write(`${desk.log.join('\n')}\n`);
    throw error;
  } finally {
    await desk.close();
  }
  expectHistoryHolds(here);
  for (const folder of [here, there]) removeFolder(folder);
}

const numbers = Array.from({ length: sequences }, (_, nth) => nth);

it.each(numbers)(
  'edits, faults of the network and restarts: the copy is what the server has, and no comment is lost or doubled (%i)',
  (nth) => expectAgreement(randomFrom(seed + nth), false),
  120_000,
);

it.each(numbers)(
  'the same with a server that is restored now and then: the copy is what it has (%i)',
  (nth) => expectAgreement(randomFrom(seed + nth), true),
  120_000,
);
