import type { KeyboardEvent, ReactNode } from 'react';
import type { ButtonProps } from './button.tsx';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';
import { Popover } from './popover.tsx';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly hint?: string | undefined;
  readonly isDanger?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  /** Set on items that can be on or off. */
  readonly isChecked?: boolean | undefined;
  readonly onSelect: () => void;
}

export interface MenuProps {
  readonly label: ReactNode;
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly button?: ButtonProps | undefined;
  readonly align?: 'start' | 'end' | undefined;
}

/** A button with a list of commands. Arrow keys walk, Enter chooses, Escape closes. */
export function Menu({ label, title, items, button, align }: MenuProps) {
  return (
    <Popover label={label} title={title} button={button} align={align} role="menu">
      {(close) => (
        <div role="presentation" className={styles.list} onKeyDown={walk}>
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              role={item.isChecked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={item.isChecked}
              disabled={item.isDisabled}
              className={cx(styles.item, item.isDanger && styles.danger)}
              onClick={() => {
                close();
                item.onSelect();
              }}
            >
              <span className={styles.mark}>
                {item.isChecked ? <Icon name="check" /> : item.icon && <Icon name={item.icon} />}
              </span>
              <span className={styles.label}>{item.label}</span>
              {item.hint && <span className={styles.hint}>{item.hint}</span>}
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}

function walk(event: KeyboardEvent<HTMLElement>) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled)')];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items[to % items.length]?.focus();
}
