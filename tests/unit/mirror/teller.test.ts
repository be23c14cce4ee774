import { expect, it } from 'vitest';
import { createTeller } from '../../../src-main/mirror/teller.ts';
import type { ConsoleEvent } from '../../../src-shared/contract/index.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { createTestTime } from '../../builders/time.ts';
import { fakeRemote } from '../../fakes/fake-remotes.ts';

const tellEveryMs = 250;

it('remotes are asked for one after the other, so that the newest answer is told last', async () => {
  const timer = createTestTime(0);
  const told: ConsoleEvent[] = [];
  const asked: PromiseWithResolvers<Remote[]>[] = [];
  const list = () => {
    const answer = Promise.withResolvers<Remote[]>();
    asked.push(answer);
    return answer.promise;
  };
  const emit = (event: ConsoleEvent) => void told.push(event);
  const report = (error: unknown) => expect.unreachable(String(error));
  const teller = createTeller({ timer, emit, report }, list);
  const older = [fakeRemote({ waiting: 2 })];
  const newer = [fakeRemote({ waiting: 1 })];

  teller.remotes();
  timer.pass(tellEveryMs);
  await expect.poll(() => asked.length).toBe(1);
  teller.remotes();
  teller.records('orders');
  timer.pass(tellEveryMs);
  expect(asked).toHaveLength(1);
  asked[0]?.resolve(older);
  await expect.poll(() => asked.length).toBe(2);
  asked[1]?.resolve(newer);
  await expect.poll(() => told.length).toBe(3);
  expect(told).toEqual([
    { name: 'records.changed', payload: { collection: 'orders' } },
    { name: 'remotes.changed', payload: { remotes: older } },
    { name: 'remotes.changed', payload: { remotes: newer } },
  ]);
  teller.stop();
});
