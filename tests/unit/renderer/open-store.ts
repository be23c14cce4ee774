import type { Bridge } from '../../../src-renderer/bridge/bridge.ts';
import { type ConsoleStore, connectStore, createConsoleStore } from '../../../src-renderer/state/store.ts';
import { createFakeBridge, type FakeOptions } from '../../fakes/fake-bridge.ts';
import { until } from './until.ts';

/** A store that is connected to a fake console with 600 tickets, and has read what it begins with. */
export async function openStore(options: FakeOptions = {}): Promise<{ store: ConsoleStore; bridge: Bridge }> {
  const bridge = createFakeBridge({ tickets: 600, tickMs: 1, chunk: 200, ...options });
  const store = createConsoleStore(bridge);
  connectStore(store, bridge);
  await until(
    store,
    ({ viewId, info, grandTotal }) => viewId !== null && info !== null && grandTotal !== null,
  );
  return { store, bridge };
}
