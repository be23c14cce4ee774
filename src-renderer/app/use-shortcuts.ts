import { useEffect } from 'react';
import { flushSync } from 'react-dom';
import { useConsoleStore } from '../state/context.tsx';
import { places } from './places.ts';

/** How long "g" waits for the place to go to. */
const goWithinMs = 1200;

/** The keys that work anywhere but in a field or over an open dialog. */
export function useShortcuts(): void {
  const store = useConsoleStore();
  useEffect(() => {
    let goUntil = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      const state = store.getState();
      if (state.overlay.kind !== 'none' || document.querySelector('dialog[open]')) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return state.openOverlay({ kind: 'palette' });
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const place = places.find(({ key }) => key === event.key);
      if (place && event.timeStamp < goUntil) {
        goUntil = 0;
        return state.goTo(place.screen);
      }
      if (event.key === 'g') goUntil = event.timeStamp + goWithinMs;
      if (event.key === '?') state.openOverlay({ kind: 'shortcuts' });
      if (event.key === '/') {
        event.preventDefault();
        // At once: the letters that are typed next belong to the filter.
        flushSync(() => state.goTo(state.collection));
        document.querySelector<HTMLElement>('[data-filter-input]')?.focus();
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type=checkbox]),textarea,select,[contenteditable]') !== null
  );
}
