import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge, BridgeEvent } from '../bridge/bridge.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import { createAppSlice } from './app-slice.ts';
import { createHistorySlice } from './history-slice.ts';
import { createOperationsSlice } from './operations-slice.ts';
import { createRemotesSlice } from './remotes-slice.ts';
import { createRouteSlice } from './route-slice.ts';
import { createSchedulesSlice } from './schedules-slice.ts';
import { createSelectionSlice } from './selection-slice.ts';
import { createSettingsSlice } from './settings-slice.ts';
import type { ConsoleState } from './slice.ts';
import { createViewSlice } from './view-slice.ts';

export type { ConsoleState } from './slice.ts';
export type ConsoleStore = StoreApi<ConsoleState>;

/** The window's one store over a bridge. Nothing is asked before `connectStore`. */
export function createConsoleStore(bridge: Bridge): ConsoleStore {
  return createStore<ConsoleState>((set, get) => ({
    ...createAppSlice(set, get, bridge),
    ...createSettingsSlice(set, get, bridge),
    ...createViewSlice(set, get, bridge),
    ...createSelectionSlice(set, get, bridge),
    ...createOperationsSlice(set, get, bridge),
    ...createHistorySlice(set, get, bridge),
    ...createSchedulesSlice(set, get, bridge),
    ...createRemotesSlice(set, get, bridge),
    ...createRouteSlice(set, get, bridge),
  }));
}

/** Feeds the store with events and loads everything on each connection. Returns what ends it. */
export function connectStore(store: ConsoleStore, bridge: Bridge): () => void {
  const endEvents = bridge.subscribe((event) => applyEvent(store, event));
  const endConnection = bridge.onConnection((connection) => {
    store.getState().setConnection(connection);
    if (connection === 'connected') void loadAll(store);
  });
  return () => {
    endEvents();
    endConnection();
  };
}

async function loadAll(store: ConsoleStore): Promise<void> {
  const state = store.getState();
  try {
    await Promise.all([
      state.loadApp(),
      state.loadOperations(),
      state.loadRemotes(),
      state.openView(state.viewId === null),
    ]);
  } catch (error) {
    // That the console is away is said by itself; when it is back, all of this is loaded again.
    if (toErrorDto(error).code !== 'stopping') store.getState().showNotice(error);
  }
}

/** Another database stands in the workspace: nothing that is shown is true any more. How the window stands is kept. */
function replaceWorkspace(store: ConsoleStore): void {
  const { info, settings, actions, connection, screen, isRailOpen, workspaceEpoch } = store.getState();
  const { collection, filterText, problems, filter, sort } = store.getState();
  const list = { collection, filterText, problems, filter, sort };
  const kept = { info, settings, actions, connection, screen, isRailOpen, ...list };
  const replaced = { workspaceEpoch: workspaceEpoch + 1, isReplaced: true };
  store.setState({ ...store.getInitialState(), ...kept, ...replaced });
  void loadAll(store);
}

function applyEvent(store: ConsoleStore, event: BridgeEvent): void {
  const state = store.getState();
  switch (event.name) {
    case 'operation.updated':
      return state.applyUpdate(event.payload);
    case 'operations.dismissed':
      return state.applyDismissed(event.payload);
    case 'operations.cleaned':
      return void state.loadOperations().catch(state.showNotice);
    case 'operation.planning':
      return state.applyPlanning(event.payload);
    case 'records.changed':
      return event.payload.collection === state.collection ? state.refreshVisible() : undefined;
    case 'history.verifying':
      return state.applyVerifying(event.payload);
    case 'settings.changed':
      return state.applySettings(event.payload);
    case 'workspace.replaced':
      return replaceWorkspace(store);
    case 'schedules.changed':
      return state.applySchedules(event.payload.schedules);
    case 'remotes.changed':
      return state.applyRemotes(event.payload.remotes);
    case 'backups.changed':
      return state.applyBackups(event.payload.failure);
    case 'import.progress':
    case 'users.changed':
      return; // Who shows these listens for itself.
  }
}
