import { beforeEach, describe, expect, it } from 'vitest';
import type { Timer } from '../../../src-main/platform/clock.ts';
import { hasty, isReady, useCopiedDesk } from './copied-desk.ts';

/** Minutes never pass: what is tried again every minute is not. */
const withoutMinutes: Timer = {
  set: (waitMs, ring) => (waitMs < 60_000 ? hasty.set(waitMs, ring) : () => undefined),
};
const count = 3_000;
const setup = useCopiedDesk(withoutMinutes);
const { copy, until, assign, expectEqual } = setup;

let remoteId: number;

/** Two changes of the same records, both in conflict with theirs. */
beforeEach(async () => {
  remoteId = await copy(count);
  await setup.app.ask('remotes.set_offline', { id: remoteId, isOffline: true });
  for (const [at, category] of ['First', 'Second'].entries()) {
    await assign(category);
    await expect.poll(async () => (await until(() => true)).waiting).toBe((at + 1) * count);
  }
  for (let key = 1; key <= count; key += 1) setup.desk.put(key, { status: 'solved' });
  await setup.app.ask('remotes.set_offline', { id: remoteId, isOffline: false });
  await until(({ conflicts }) => conflicts === 2 * count);
});

function keepMine(): Promise<unknown> {
  return setup.app.ask('conflicts.settle', { which: { remoteId }, keep: 'mine' });
}

async function expectSecond(): Promise<void> {
  const isSecond = (row: { fields: Record<string, unknown> }) => row.fields['category'] === 'Second';
  await expect.poll(() => [...setup.desk.records.values()].every(isSecond)).toBe(true);
  await until((remote) => isReady(remote) && remote.waiting === 0);
  expectEqual();
}

describe('of changes of the same records that are kept', () => {
  it('one is made again after the other', async () => {
    await keepMine();
    await expectSecond();
  });

  it('the second waits while the first one is paused, and says for which, and goes on when that has ended', async () => {
    const paused = new Promise<number>((resolve, reject) => {
      const stop = setup.app.console.subscribe(({ name, payload }) => {
        if (name !== 'operation.updated' || payload.operation.retryOf === null) return;
        stop();
        const { id } = payload.operation;
        setup.app.ask('operations.pause', { id }).then(() => resolve(id), reject);
      });
    });
    await keepMine();
    const first = await paused;
    const { message } = await until(({ state, message }) => state === 'ready' && message !== null);
    expect(message).toMatch(
      new RegExp(
        `^3,000 changes that were kept .* Operation #${first} is to change the same records first\\.$`,
      ),
    );
    await setup.app.ask('operations.resume', { id: first });
    await expectSecond();
    expect((await until(() => true)).message).toBe(null);
  });
});
