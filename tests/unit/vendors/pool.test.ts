import { expect, it } from 'vitest';
import { inParallel } from '../../../src-main/vendors/bulkhead/pool.ts';

it('so much is under way at a time, and nothing begins any more when nobody asks', async () => {
  const begun: number[] = [];
  const work = async (thing: number) => {
    begun.push(thing);
    return thing;
  };
  for await (const result of inParallel([1, 2, 3, 4], 2, work)) {
    expect(begun).toEqual([1, 2]);
    if (result) break;
  }
  expect(begun).toEqual([1, 2]);
});
