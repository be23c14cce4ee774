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
  keepOut();
  createRoot(element).render(
    <StrictMode>
      <ConsoleProvider store={store} bridge={bridge}>
        <Shell />
      </ConsoleProvider>
    </StrictMode>,
  );
}

/** A browser opens what is dropped on a page in its place or beside it; words may be dropped into a field. */
function keepOut(): void {
  const refuse = (event: DragEvent) => {
    const isField = event.target instanceof Element && event.target.closest('input, textarea') !== null;
    if (!isField || event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  // What is dropped before anything was told of lying over a place is judged by how it came to that place.
  addEventListener('dragenter', refuse);
  addEventListener('dragover', refuse);
  addEventListener('drop', refuse);
}
