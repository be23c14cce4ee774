import { useEffect } from 'react';

/** The rail that is folded is none: who was led on from it goes on where it led. */
const places = 'dialog, section:not([data-folded]), nav, main';

/**
 * When what has the focus goes away, such as a row with the button that removed it, or cannot be used for a while, as a
 * button whose work is under way, the keyboard goes on in what is left around it: in the grid if there is one, else at the
 * place itself. Without that a browser puts it at the top of the page, where a screen reader begins to read everything
 * again. What can be used again has it back, unless it went on elsewhere.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** What had the focus last, and all that it stood in, from the inside out. */
    let path: readonly Element[] = [];
    let waiting: { readonly at: Element; readonly until: HTMLElement } | null = null;
    /** Where it was in each dialog: one that lay unseen under another could not have it back when that closed. */
    const lastIn = new WeakMap<Element, HTMLElement>();
    const remember = (event: FocusEvent) => {
      path = event.composedPath().filter((one) => one instanceof Element);
      const [target] = path;
      const dialog = target?.closest('dialog');
      if (dialog && target !== dialog && target instanceof HTMLElement) lastIn.set(dialog, target);
      // A dialog over it hands the keyboard back where it was.
      if (waiting && waiting.at !== path[0] && !path[0]?.closest('dialog')) waiting = null;
    };
    const keep = () => {
      const [last] = path;
      const { activeElement } = document;
      if (waiting && waiting.at === activeElement && isUsable(waiting.until)) {
        waiting.until.focus({ preventScroll: true });
        return;
      }
      if (!last || isUsable(last) || (activeElement !== document.body && activeElement !== last)) return;
      const place = placeLeft(path);
      const within = place && lastIn.get(place);
      const at = within && isUsable(within) ? within : place;
      at?.focus({ preventScroll: true });
      if (at && last instanceof HTMLElement && last.isConnected) waiting = { at, until: last };
    };
    const observer = new MutationObserver(keep);
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled'],
    });
    document.addEventListener('focusin', remember);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
    };
  }, []);
}

function isUsable(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled');
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
