import { expect, it } from 'vitest';
import type { Timer } from '../../../src-main/platform/clock.ts';
import { RemoteError } from '../../../src-main/remotes/remote.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { hasty, isReady, useCopiedDesk } from './copied-desk.ts';

/** Rings of pulls to come, which a test has ring, and how long was to be waited for each that there was. */
const rings = new Set<() => void>();
const waits: number[] = [];
const byHand: Timer = {
  set: (waitMs, ring) => {
    if (![1_000, 2_000, 4_000].includes(waitMs)) return hasty.set(waitMs, ring);
    waits.push(waitMs);
    const one = () => ring();
    rings.add(one);
    return () => rings.delete(one);
  },
};
const setup = useCopiedDesk(byHand);
const { until, assign, here } = setup;

/** Copies so many tickets, and waits until the next pull is a ring of a test's: one that came before it would ring nothing. */
async function copy(tickets: number): Promise<number> {
  const id = await setup.copy(tickets);
  await expect.poll(() => rings.size).toBe(1);
  return id;
}

it('however often a remote is pulled at once, it is pulled again after two seconds once', async () => {
  const id = await copy(3);
  for (const category of ['One', 'Two', 'Three']) {
    const before = waits.length;
    setup.desk.put(1, { category });
    await setup.app.ask('remotes.pull', { id });
    await expect.poll(() => waits.length).toBe(before + 1);
    expect([rings.size, here().get('1')?.category]).toEqual([1, category]);
  }
});

it('a pull that fails is tried again later each time, and as usual once it has worked', async () => {
  await copy(3);
  waits.length = 0;
  for (const isOdd of [true, true, true, false, true]) {
    const before = waits.length;
    setup.desk.beforePull = isOdd ? Promise.reject(new RemoteError('protocol', 'Odd.')) : Promise.resolve();
    setup.desk.beforePull.catch(() => undefined);
    for (const ring of rings) ring();
    await expect.poll(() => waits.length).toBe(before + 1);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 2_000, 1_000]);
});

it('the next page is asked for when the one before was taken, where the remote may be told of changes', async () => {
  await setup.app.close();
  const taking = holdCall('call', 'applyPage', 2);
  await setup.reopen();
  await copy(3);
  setup.fill(600);
  for (const ring of rings) ring();
  await taking.held;
  const pulls = setup.desk.asked.pulls;
  await setup.app.ask('remotes.list', {});
  expect(setup.desk.asked.pulls).toBe(pulls);
  taking.release();
  await expect.poll(() => here().size).toBe(600);
  expect(setup.desk.asked.pulls).toBe(pulls + 1);
});

it('what changed while a remote was away is known before anything is told, also where it was away for the time of one answer', async () => {
  await copy(3);
  const pulls = setup.desk.asked.pulls;
  const { promise, resolve } = Promise.withResolvers<void>();
  setup.desk.beforePullAnswer = promise;
  for (const ring of rings) ring();
  await expect.poll(() => setup.desk.asked.pulls).toBe(pulls + 1);
  setup.desk.setDown(true);
  const { id } = await assign('Mine');
  await until(({ waiting }) => waiting === 3);
  setup.desk.put(2, { category: 'Theirs' });
  setup.desk.setDown(false);
  resolve();
  expect(await setup.app.ended(id)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
  expect(setup.desk.asked.sends).toBe(2);
  await until(isReady);
});
