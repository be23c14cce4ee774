import { useEffect } from 'react';

/** The rail that is folded is none: who was led on from it goes on where it led. */
const places = 'dialog, section:not([data-folded]), nav, main';

/**
 * When what has the focus goes away, such as a row with the button that removed it, the keyboard goes on in
 * what is left around it: in the grid if there is one, else at the place itself. Without that a browser puts
 * it at the top of the page, where a screen reader begins to read everything again.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** What had the focus last, and all that it stood in, from the inside out. */
    let path: readonly Element[] = [];
    const remember = (event: FocusEvent) => {
      path = event.composedPath().filter((one) => one instanceof Element);
    };
    const keep = () => {
      if (document.activeElement !== document.body || !path[0] || path[0].isConnected) return;
      placeLeft(path)?.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(keep);
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
    };
  }, []);
}

/** The nearest place that is left; under an open dialog nothing can be reached, so the one on top comes before. */
function placeLeft(path: readonly Element[]): HTMLElement | undefined {
  const near = path.find((one) => one.isConnected && one.matches(places)) ?? document.querySelector('main');
  const modal = [...document.querySelectorAll('dialog[open]')].at(-1);
  const place = modal?.contains(near) === false ? modal : near;
  const target = place?.querySelector('[role=grid]') ?? place;
  if (!(target instanceof HTMLElement)) return undefined;
  if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
  return target;
}
