import type { ReactNode } from 'react';
import styles from './option-list.module.css';

export interface ListedOption {
  readonly key: string;
  readonly label: ReactNode;
  readonly hint?: string | undefined;
}

interface OptionListProps {
  /** Of the combobox: the list is `<id>-list`, and an option is `<id>-<index>`. */
  readonly id: string;
  readonly label: string;
  readonly options: readonly ListedOption[];
  /** Index of the option that Enter takes; -1 for none. */
  readonly marked: number;
  readonly onTake: (index: number) => void;
}

/** What a combobox offers. It keeps the focus while one of them is clicked. */
export function OptionList({ id, label, options, marked, onTake }: OptionListProps) {
  return (
    <div id={`${id}-list`} role="listbox" aria-label={label}>
      {options.map((option, index) => (
        <div
          key={option.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === marked}
          ref={index === marked ? (one) => one?.scrollIntoView({ block: 'nearest' }) : undefined}
          className={styles.option}
          // Before the field loses the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(index);
          }}
        >
          {option.label}
          <span className={styles.hint}>{option.hint}</span>
        </div>
      ))}
    </div>
  );
}
