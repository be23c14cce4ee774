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
import { RandomPair } from './random-pair.ts';
import { size } from './size.ts';

const sequences = size({ short: 1, long: 10 });
const steps = 40;
/** Longer than one answer may take. */
const patience = { timeout: 100_000, interval: 100 };

function filledFolder(): string {
  const folder = makeFolder();
  fillEveryCollection(folder, 'robot');
  return folder;
}

it.each(Array.from({ length: sequences }, (_, nth) => nth))(
  'two consoles that copy each other, edits at both, faults of the network, restarts and threads that die: each has what the other one has, and nothing is lost or done twice (%i)',
  async (nth) => {
    const random = randomFrom(seed + nth);
    const folders = [filledFolder(), filledFolder()] as const;
    const pair = new RandomPair(folders, random);
    await pair.open();
    const atRest = { open: [], state: 'ready', waiting: 0, conflicts: 0, message: null };
    const rest = async () => {
      await pair.settleDown();
      return Promise.all(
        pair.sides.map(async (side) => {
          const open = (await pair.operations(side))
            .filter(({ state }) => !isFinal(state))
            .map(({ id }) => id);
          const { state, waiting, conflicts, message } = await pair.remote(side);
          return { open, state, waiting, conflicts, message };
        }),
      );
    };
    try {
      await expect.poll(rest, patience).toEqual([atRest, atRest]);
      for (let at = 0; at < steps; at += 1) await pair.step();
      await expect.poll(rest, patience).toEqual([atRest, atRest]);
      for (const copied of pair.copies()) {
        for (const collection of collectionNames)
          await expect
            .poll(() => contentsOf(copied, collection), patience)
            .toSatisfy((found: ReturnType<typeof contentsOf>) => isDeepStrictEqual(found.here, found.there));
        expect(mistoldComments(copied)).toEqual([]);
        for (const collection of collectionNames) expect(changedTooOften(copied, collection)).toEqual([]);
      }
      for (const side of pair.sides)
        for (const one of await pair.operations(side)) expectEnded(side.folder, one);
    } catch (error) {
      process.stdout.write(`${pair.log.join('\n')}\n`);
      throw error;
    } finally {
      await pair.close();
    }
    for (const folder of folders) {
      expectHistoryHolds(folder);
      removeFolder(folder);
    }
  },
  300_000,
);
