import { type KeyboardEvent, useId, useState } from 'react';
import { collections } from '../../src-shared/collections/index.ts';
import { Dialog } from '../components/dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { OptionList } from '../components/option-list.tsx';
import { useConsoleStore } from '../state/context.tsx';
import styles from './palette.module.css';
import { matchingCommands, paletteCommands } from './palette-commands.ts';

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Every command by name. Typing that names none searches the records that were listed last. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const store = useConsoleStore();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const state = store.getState();
  const search = {
    id: 'search',
    label: `Search ${collections[state.collection].many} for “${typed.trim()}”`,
    hint: '',
    icon: 'search',
    run: () => {
      state.goTo(state.collection);
      state.setFilterText(typed.trim());
    },
  } as const;
  const found = matchingCommands(paletteCommands(state), typed);
  const commands = typed.trim() === '' ? found : [...found, search];

  const run = (index: number) => {
    onClose();
    commands[index]?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step === undefined) run(at);
    else setAt((at + step + commands.length) % commands.length);
  };

  return (
    <Dialog title="Commands" onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label="Type a command"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={`${id}-${at}`}
        autoComplete="off"
        className={styles.input}
        placeholder="Type a command"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.list}>
        <OptionList
          id={id}
          label="Commands"
          options={commands.map(({ id: key, icon, label, hint }) => ({
            key,
            label: (
              <>
                <Icon name={icon} />
                <span className={styles.label}>{label}</span>
              </>
            ),
            hint,
          }))}
          marked={at}
          onTake={run}
        />
      </div>
    </Dialog>
  );
}
