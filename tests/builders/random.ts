import { createRandom } from '../../src-main/sample/random.ts';

/** The next of a series of numbers, evenly spread over 0 ≤ x < 1. */
export type Random = () => number;

/** The same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  const random = createRandom(seed);
  return () => random.next();
}

/** One of these, at random. */
export function pick<T>(list: readonly T[], random: Random): T {
  const chosen = pickAny(list, random);
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}

/** The same; undefined where there are none. */
export function pickAny<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}

/** Every place in a tree of data that holds a value: its owner and its key. */
export function spotsOf(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value, key] as [object, string],
    ...spotsOf(Reflect.get(value, key)),
  ]);
}
