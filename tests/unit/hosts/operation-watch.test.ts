import { expect, test } from 'vitest';
import type { Caller } from '../../../src-main/api/caller.ts';
import type { EventListener } from '../../../src-main/console.ts';
import { createWatch } from '../../../src-main/hosts/server/faces/operations/watch.ts';
import type { Reply } from '../../../src-shared/contract/index.ts';
import type { Operation, OperationState } from '../../../src-shared/domain/operation.ts';

const caller: Caller = { client: 'test', actor: 'mina', role: 'agent' };

function operation(state: OperationState): Operation {
  return { id: 7, state } as Operation;
}

/** An operation that is followed from now on: what is told of it, and a console that answers and tells when a test says so. */
function followed() {
  const answer = Promise.withResolvers<Reply>();
  let tell: EventListener = () => undefined;
  const console = {
    handle: () => answer.promise,
    subscribe: (listener: EventListener) => {
      tell = listener;
      return () => undefined;
    },
  };
  const told: OperationState[] = [];
  createWatch(console).followFromNow(
    caller,
    7,
    ({ state }) => told.push(state),
    (error) => told.push(error as OperationState),
  );
  return {
    told,
    news: (state: OperationState) =>
      tell({ name: 'operation.updated', payload: { operation: operation(state), progress: null } }),
    answer: async (state: OperationState) => {
      answer.resolve({ ok: true, value: operation(state) });
      await answer.promise;
      await Promise.resolve();
    },
  };
}

test('an operation is told as it stands now, and then whenever it moves on', async () => {
  const { told, news, answer } = followed();
  await answer('pending');
  news('in_progress');
  expect(told).toEqual(['pending', 'in_progress']);
});

test('an answer with what stood before the news is not told', async () => {
  const { told, news, answer } = followed();
  news('in_progress');
  await answer('pending');
  expect(told).toEqual(['in_progress']);
});
