import { type FormEvent, useState } from 'react';
import { maxSavedFilters } from '../../../src-shared/contract/app.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Popover } from '../../components/popover.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './saved-filters.module.css';

/** Filters kept by name. */
export function SavedFilters() {
  return (
    <Popover label="Saved" title="Saved filters" align="end" button={{ icon: 'bookmark' }}>
      {(close) => <SavedFilterList close={close} />}
    </Popover>
  );
}

function SavedFilterList({ close }: { readonly close: () => void }) {
  const collection = useConsole((state) => state.collection);
  const all = useConsole((state) => state.settings.savedFilters);
  const saved = all.filter((one) => one.collection === collection);
  const filterText = useConsole((state) => state.filterText);
  const problems = useConsole((state) => state.problems);
  const setFilterText = useConsole((state) => state.setFilterText);
  const updateSettings = useConsole((state) => state.updateSettings);
  const [name, setName] = useState('');
  const canBeSaved = filterText.trim() !== '' && problems.length === 0;
  const isFull = all.length >= maxSavedFilters;
  const isTaken = saved.some((one) => one.name === name.trim());

  const save = (event: FormEvent) => {
    event.preventDefault();
    const others = all.filter((one) => one.collection !== collection || one.name !== name.trim());
    void updateSettings({
      savedFilters: [...others, { collection, name: name.trim(), text: filterText.trim() }],
    });
    setName('');
  };

  return (
    <div className={styles.saved}>
      {saved.length === 0 && <p className={styles.hint}>No saved filters yet.</p>}
      {saved.map((one) => (
        <div key={one.name} className={styles.line}>
          <button
            type="button"
            className={styles.use}
            onClick={() => {
              setFilterText(one.text);
              close();
            }}
          >
            <span>{one.name}</span>
            <code className={styles.text}>{one.text}</code>
          </button>
          <Button
            variant="ghost"
            size="small"
            icon="trash"
            aria-label={`Remove saved filter ${one.name}`}
            onClick={() => void updateSettings({ savedFilters: all.filter((other) => other !== one) })}
          />
        </div>
      ))}
      {canBeSaved && isFull && (
        <p className={styles.hint}>
          There are {maxSavedFilters} saved filters, and no more fit. Remove one to save this one.
        </p>
      )}
      {canBeSaved && !isFull && (
        <form className={styles.form} onSubmit={save}>
          <TextField
            label="Save this filter as"
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={name.trim() === ''}>
            {isTaken ? 'Replace' : 'Save'}
          </Button>
        </form>
      )}
    </div>
  );
}
