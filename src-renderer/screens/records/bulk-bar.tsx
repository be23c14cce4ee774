import { useCallback, useState } from 'react';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import type { IconName } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { useConsole } from '../../state/context.tsx';
import { chosenCount } from '../../state/selection.ts';
import styles from './bulk-bar.module.css';

const icons: Readonly<Record<string, IconName>> = {
  update_status: 'status',
  status_update: 'status',
  close: 'done',
  archive: 'file',
  set_category: 'tag',
  reprocess: 'play',
  add_comment: 'comment',
  assign: 'person',
  update_priority: 'flag',
  update_category: 'tag',
  export: 'download',
  delete: 'trash',
  restore: 'undo',
};
/**
 * How many actions are shown side by side; the rest are in a menu, because in a narrow window the bar must not cover
 * the records.
 */
const shownActions = { wide: 7, narrow: 3 };
const narrowPx = 560;

interface BulkBarProps {
  /** Told how much of the grid's end it covers, in px: the more lines its buttons take, the more. */
  readonly onCover: (px: number) => void;
}

/** What can be done to the chosen records. There only while something is chosen. */
export function BulkBar({ onCover }: BulkBarProps) {
  const chosen = useConsole((state) => state.chosen);
  const total = useConsole((state) => state.total);
  const showsDeleted = useConsole((state) => state.filter.deleted);
  const collection = useConsole((state) => state.collection);
  const actions = useConsole((state) => state.actions);
  const chooseAllMatching = useConsole((state) => state.chooseAllMatching);
  const clearChosen = useConsole((state) => state.clearChosen);
  const openOverlay = useConsole((state) => state.openOverlay);
  const [isNarrow, setIsNarrow] = useState(false);
  const bar = useCallback(
    (element: HTMLElement) => {
      const tell = () => {
        setIsNarrow(element.clientWidth < narrowPx);
        onCover((element.offsetParent?.clientHeight ?? 0) - element.offsetTop);
      };
      // At once: the next key may ask for the last row.
      tell();
      const observer = new ResizeObserver(tell);
      observer.observe(element);
      return () => {
        observer.disconnect();
        onCover(0);
      };
    },
    [onCover],
  );
  if (chosen.mode === 'none') return null;

  const count = chosenCount(chosen);
  const offered = actions.filter(
    (action) => action.collection === collection && action.forDeleted === showsDeleted,
  );
  const shown = isNarrow ? shownActions.narrow : shownActions.wide;
  const open = (action: string) => openOverlay({ kind: 'action', action });
  const canChooseAll =
    total !== null && !(chosen.mode === 'filter' && chosen.except.size === 0) && count < total;

  return (
    <section ref={bar} aria-label="Selection" className={styles.bar}>
      <div className={styles.words}>
        <strong className={styles.count} role="status">
          {formatNumber(count)} selected
        </strong>
        <Button variant="ghost" size="small" className={styles.link} onClick={clearChosen}>
          Clear
        </Button>
        {/* Keeps its room, so that nothing moves under the pointer that has just pressed it. */}
        <Button
          variant="ghost"
          size="small"
          className={cx(styles.link, !canChooseAll && styles.kept)}
          disabled={!canChooseAll}
          onClick={chooseAllMatching}
        >
          {`Select all ${formatNumber(total ?? 0)} matching`}
        </Button>
      </div>
      <div className={styles.actions}>
        {offered.slice(0, shown).map((action) => (
          <Button
            key={action.name}
            size="small"
            icon={icons[action.name]}
            className={action.isDestructive ? styles.destructive : undefined}
            onClick={() => open(action.name)}
          >
            {action.label}
          </Button>
        ))}
        {offered.length > shown && (
          <Menu
            label=""
            title="More actions"
            align="end"
            button={{ icon: 'more', size: 'small', 'aria-label': 'More actions' }}
            items={offered.slice(shown).map((action) => ({
              id: action.name,
              label: action.label,
              icon: icons[action.name],
              isDanger: action.isDestructive,
              onSelect: () => open(action.name),
            }))}
          />
        )}
      </div>
    </section>
  );
}
