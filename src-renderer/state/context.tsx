import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { Bridge } from '../bridge/bridge.ts';
import type { ConsoleState, ConsoleStore } from './store.ts';

interface Console {
  readonly store: ConsoleStore;
  readonly bridge: Bridge;
}

const ConsoleContext = createContext<Console | null>(null);

/** Gives everything below it the store and the bridge. */
export function ConsoleProvider({ store, bridge, children }: Console & { readonly children: ReactNode }) {
  return <ConsoleContext value={{ store, bridge }}>{children}</ConsoleContext>;
}

function useContextOrThrow(): Console {
  const context = useContext(ConsoleContext);
  if (!context) throw new Error('Used outside of a ConsoleProvider.');
  return context;
}

/** A part of the window's state; draws again only when that part changes. */
export function useConsole<T>(selector: (state: ConsoleState) => T): T {
  return useStore(useContextOrThrow().store, selector);
}

/** The store itself, for handlers that read the state when they run. */
export function useConsoleStore(): ConsoleStore {
  return useContextOrThrow().store;
}

/** The road to the console, for screens that keep what they ask for to themselves. */
export function useBridge(): Bridge {
  return useContextOrThrow().bridge;
}
