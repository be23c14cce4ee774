import type { KeyboardEvent } from 'react';

/** What a key asks the grid to do. */
export type GridCommand =
  | { readonly kind: 'move'; readonly to: number; readonly isRange: boolean }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'open' }
  | { readonly kind: 'all' }
  | { readonly kind: 'clear' };

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** The command of a key with the focus on row `at` of `total`, or null for a key that is not the grid's. */
export function gridCommand(event: Pressed, at: number, total: number, pageRows: number): GridCommand | null {
  const isMeta = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  // Also before the first rows are here: else the browser marks all words of the page.
  if (isMeta && event.key.toLowerCase() === 'a') return { kind: 'all' };
  if (total === 0) return null;
  const move = (to: number): GridCommand => ({
    kind: 'move',
    to: Math.min(Math.max(to, 0), total - 1),
    isRange: event.shiftKey,
  });
  switch (event.key) {
    case 'ArrowDown':
      return move(isMeta ? total - 1 : at + 1);
    case 'ArrowUp':
      return move(isMeta ? 0 : at - 1);
    case 'PageDown':
      return move(at + pageRows);
    case 'PageUp':
      return move(at - pageRows);
    case 'Home':
      return move(0);
    case 'End':
      return move(total - 1);
    case ' ':
      return { kind: 'toggle' };
    case 'Enter':
      return { kind: 'open' };
    case 'Escape':
      return { kind: 'clear' };
    default:
      return null;
  }
}
