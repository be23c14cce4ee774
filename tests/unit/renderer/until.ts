import type { ConsoleState, ConsoleStore } from '../../../src-renderer/state/store.ts';

/** Resolves once the state is as wanted; the test's own time limit ends a wait in vain. */
export function until(store: ConsoleStore, isSo: (state: ConsoleState) => boolean): Promise<ConsoleState> {
  return new Promise((resolve) => {
    if (isSo(store.getState())) return resolve(store.getState());
    const end = store.subscribe((state) => {
      if (!isSo(state)) return;
      end();
      resolve(state);
    });
  });
}
