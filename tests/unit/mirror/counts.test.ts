import { expect, it } from 'vitest';
import { createCounts } from '../../../src-main/mirror/counts.ts';

it('records that could not be counted are counted when they are asked for again, and all are when all is forgotten', async () => {
  const answers = [() => Promise.reject(new Error('lost')), async () => 3, async () => 2];
  const counts = createCounts(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')));
  const mirrors = [{ collection: 'tickets', pulledAt: null, refused: 0 }] as const;
  const of = async () => (await counts.of({ name: 'Desk', mirrors })).get('tickets');
  await expect(of()).rejects.toThrow('lost');
  expect([await of(), await of()]).toEqual([3, 3]);
  counts.forget();
  expect(await of()).toBe(2);
});
