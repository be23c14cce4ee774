/** A small seeded generator (mulberry32): the same seed gives the same numbers everywhere. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from 0 up to, but not including, `below`. */
  below(limit: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (list) => list[below(list.length)] ?? list[0] };
}

/** A value by its share; shares need not add up to 1. */
export type Shares<T> = readonly [readonly [T, number], ...(readonly [T, number])[]];

export function pickByShare<T>(random: Random, shares: Shares<T>): T {
  let total = 0;
  for (const [, share] of shares) total += share;
  let point = random.next() * total;
  for (const [value, share] of shares) {
    point -= share;
    if (point < 0) return value;
  }
  return shares[0][0];
}
