import type { StateCreator } from 'zustand';
import type { Bridge } from '../bridge/bridge.ts';
import type { AppSlice } from './app-slice.ts';
import type { HistorySlice } from './history-slice.ts';
import type { OperationsSlice } from './operations-slice.ts';
import type { RemotesSlice } from './remotes-slice.ts';
import type { RouteSlice } from './route-slice.ts';
import type { SchedulesSlice } from './schedules-slice.ts';
import type { SelectionSlice } from './selection-slice.ts';
import type { SettingsSlice } from './settings-slice.ts';
import type { ViewSlice } from './view-slice.ts';

export type ConsoleState = AppSlice &
  SettingsSlice &
  ViewSlice &
  SelectionSlice &
  OperationsSlice &
  HistorySlice &
  SchedulesSlice &
  RemotesSlice &
  RouteSlice;

export type SetState = Parameters<StateCreator<ConsoleState>>[0];
export type GetState = Parameters<StateCreator<ConsoleState>>[1];

/** One part of the store: its state and the actions that change it. */
export type Slice<S> = (set: SetState, get: GetState, bridge: Bridge) => S;
