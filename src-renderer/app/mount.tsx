import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Bridge } from '../bridge/bridge.ts';
import { ConsoleProvider } from '../state/context.tsx';
import { connectStore, createConsoleStore } from '../state/store.ts';
import { Shell } from './shell.tsx';

/** Draws the console into an element, over a bridge. */
export function mountConsole(element: HTMLElement, bridge: Bridge): void {
  const store = createConsoleStore(bridge);
  connectStore(store, bridge);
  createRoot(element).render(
    <StrictMode>
      <ConsoleProvider store={store} bridge={bridge}>
        <Shell />
      </ConsoleProvider>
    </StrictMode>,
  );
}
