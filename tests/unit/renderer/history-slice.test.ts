import { expect, test } from 'vitest';
import type { Bridge, BridgeEvent } from '../../../src-renderer/bridge/bridge.ts';
import { connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Verification } from '../../../src-shared/contract/history.ts';
import { createFakeBridge } from '../../fakes/fake-bridge.ts';
import type { Answers } from '../../fakes/fake-world.ts';

const result: Verification = {
  at: 1,
  tookMs: 5,
  entries: 3,
  items: 40,
  head: 'a'.repeat(64),
  problems: [],
  hasMoreProblems: false,
};

/** A store over a console that answers when it is told to. */
function storeOver(answers: Answers) {
  return createConsoleStore(createFakeBridge({ answers }));
}

test('a check runs once, tells how far it is, and its result waits to be read', async () => {
  const { promise, resolve } = Promise.withResolvers<Verification>();
  let asked = 0;
  const store = storeOver({
    'history.verify': () => {
      asked += 1;
      return promise;
    },
  });
  const { verifyHistory, applyVerifying, forgetTask } = store.getState();
  const first = verifyHistory();
  await verifyHistory();
  applyVerifying({ checked: 10, total: 40 });
  expect(store.getState().verification).toEqual({ status: 'running', checked: 10, total: 40 });
  forgetTask('verification');
  expect(store.getState().verification.status).toBe('running');
  resolve(result);
  await first;
  expect(asked).toBe(1);
  expect(store.getState().verification).toEqual({ status: 'done', result });
  applyVerifying({ checked: 40, total: 40 });
  expect(store.getState().verification.status).toBe('done');
  forgetTask('verification');
  expect(store.getState().verification.status).toBe('idle');
});

test('a check that fails says why, and can be tried again', async () => {
  let isBroken = true;
  const store = storeOver({
    'history.verify': () => {
      if (isBroken) throw new BulkheadError('storage_error', 'The database could not be read.');
      return result;
    },
  });
  await store.getState().verifyHistory();
  expect(store.getState().verification).toMatchObject({
    status: 'failed',
    error: { code: 'storage_error' },
  });
  isBroken = false;
  await store.getState().verifyHistory();
  expect(store.getState().verification.status).toBe('done');
});

test('a report goes to the place that was agreed, and nowhere when the user thought better of it', async () => {
  const written: unknown[] = [];
  let target: { handle: string; label: string } | null = null;
  const store = storeOver({
    'files.choose_target': () => target,
    'history.report': (request) => {
      written.push(request);
      return { path: '/reports/a.json', name: 'a.json', bytes: 10, verification: result };
    },
  });
  const request = { id: 7, format: 'json', signedBy: 'Mina' } as const;
  await store.getState().saveReport(request, 'a.json');
  expect([store.getState().report.status, written]).toEqual(['idle', []]);
  target = { handle: 'target-0007', label: 'a.json' };
  await store.getState().saveReport(request, 'a.json');
  expect(store.getState()).toMatchObject({
    report: { status: 'done', result: { path: '/reports/a.json' } },
    reportSubject: 7,
  });
  expect(written).toEqual([{ ...request, target: 'target-0007' }]);
});

test('progress of a check is heard through the events', async () => {
  let tell: (event: BridgeEvent) => void = () => undefined;
  const { promise, resolve } = Promise.withResolvers<Verification>();
  const fake = createFakeBridge({ answers: { 'history.verify': () => promise } });
  const bridge: Bridge = { ...fake, subscribe: (listener) => ((tell = listener), () => undefined) };
  const store = createConsoleStore(bridge);
  connectStore(store, bridge);
  const checking = store.getState().verifyHistory();
  tell({ name: 'history.verifying', payload: { checked: 1, total: 2 } });
  expect(store.getState().verification).toMatchObject({ status: 'running', checked: 1 });
  resolve(result);
  await checking;
});
