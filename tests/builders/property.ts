import type { Parameters } from 'fast-check';

/** From the environment, so that a failure can be repeated: `BULKHEAD_SEED=123 npx vitest run …`. */
export const seed = Number(process.env['BULKHEAD_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

process.stdout.write(`BULKHEAD_SEED=${seed}\n`);

/** Options of a property: so many runs, from the seed that was printed. */
export function runs<T>(numRuns: number): Parameters<T> {
  return { numRuns, seed };
}
