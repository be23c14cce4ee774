import { useId, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import type { ReadRunOptions, RunOptionsDraft } from '../../components/run-options/run-options-draft.ts';
import { RunOptionsForm } from '../../components/run-options/run-options-form.tsx';
import { runOptionWords } from '../../format/run-options.ts';
import styles from './run-options-part.module.css';

interface RunOptionsPartProps {
  readonly draft: RunOptionsDraft;
  readonly read: ReadRunOptions;
  readonly nowMs: number;
  readonly isExport: boolean;
  readonly onChange: (draft: RunOptionsDraft) => void;
}

/** One line that says how the operation will run; opened, the form to set it. */
export function RunOptionsPart({ draft, read, nowMs, isExport, onChange }: RunOptionsPartProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const words = runOptionWords(read.options, nowMs).join(' · ');
  return (
    <section aria-label="Run options" className={styles.part}>
      <div className={styles.line}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={isOpen}
          aria-controls={id}
          aria-describedby={`${id}-words`}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} size={12} />
          Run options
        </button>
        <span id={`${id}-words`} className={words === '' ? styles.plain : styles.set}>
          {words === ''
            ? `Starts at once${isExport ? '' : '; continues if records fail'}`
            : words.charAt(0).toUpperCase() + words.slice(1)}
        </span>
      </div>
      <div id={id} hidden={!isOpen} className={styles.form}>
        {isOpen && (
          <RunOptionsForm draft={draft} problems={read.problems} isExport={isExport} onChange={onChange} />
        )}
      </div>
    </section>
  );
}
