import { useConsole } from '../../state/context.tsx';

/** As in the styles of the rail. */
const narrow = '(max-width: 900px)';

/** True in a window where the open rail lies over the screen. */
export function isRailOver(): boolean {
  return matchMedia(narrow).matches;
}

/** Goes to where a card leads, and folds the rail where it would lie over that. */
export function useLead(): (go: () => void) => void {
  const setRailOpen = useConsole((state) => state.setRailOpen);
  return (go) => {
    go();
    if (isRailOver()) setRailOpen(false);
  };
}
