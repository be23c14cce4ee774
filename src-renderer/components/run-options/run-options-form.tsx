import type { ReactNode } from 'react';
import { SelectField, TextField } from '../field.tsx';
import styles from './run-options.module.css';
import type { ReadRunOptions, RunOptionsDraft } from './run-options-draft.ts';

export interface RunOptionsFormProps {
  readonly draft: RunOptionsDraft;
  readonly problems: ReadRunOptions['problems'];
  /** An export has no records that could fail one by one: only the time can be set. */
  readonly isExport: boolean;
  /** When it begins is said elsewhere: by who plans it, or by a schedule. */
  readonly isForLater?: boolean;
  readonly onChange: (draft: RunOptionsDraft) => void;
}

/** How an operation is to run: what stops it, what goes first, how long it may take and when it begins. */
export function RunOptionsForm({ draft, problems, isExport, isForLater, onChange }: RunOptionsFormProps) {
  const set = (change: Partial<RunOptionsDraft>) => onChange({ ...draft, ...change });
  return (
    <div className={styles.form}>
      {!isExport && <FailureParts draft={draft} problems={problems} set={set} />}
      <div className={styles.part}>
        <TextField
          label="Time limit in minutes"
          inputMode="numeric"
          placeholder="None"
          autoComplete="off"
          value={draft.timeLimit}
          error={problems.timeLimit}
          onChange={({ target }) => set({ timeLimit: target.value })}
        />
      </div>
      {!isForLater && (
        <div className={styles.part}>
          <TextField
            label="Start at"
            type="datetime-local"
            help="Leave empty to start at once."
            value={draft.startAt}
            error={problems.startAt}
            onChange={({ target }) => set({ startAt: target.value })}
          />
        </div>
      )}
    </div>
  );
}

interface FailurePartsProps extends Pick<RunOptionsFormProps, 'draft' | 'problems'> {
  readonly set: (change: Partial<RunOptionsDraft>) => void;
}

function FailureParts({ draft, problems, set }: FailurePartsProps) {
  return (
    <>
      <div className={styles.part}>
        <SelectField
          label="When records fail"
          value={draft.stopAt}
          onChange={({ target }) => set({ stopAt: target.value as RunOptionsDraft['stopAt'] })}
        >
          <option value="never">Continue with the others</option>
          <option value="first">Stop at the first failure</option>
          <option value="count">Stop at a number of failures</option>
          <option value="share">Stop at a share of failures</option>
        </SelectField>
        {draft.stopAt === 'count' && (
          <NumberLine
            label="Failures that stop it"
            value={draft.stopCount}
            error={problems.stopCount}
            onChange={(stopCount) => set({ stopCount })}
          >
            failures stop it
          </NumberLine>
        )}
        {draft.stopAt === 'share' && (
          <NumberLine
            label="Share of failures in percent"
            value={draft.stopPercent}
            error={problems.stopPercent}
            onChange={(stopPercent) => set({ stopPercent })}
          >
            % of those tried; more stops it
          </NumberLine>
        )}
      </div>
      <div className={styles.part}>
        <SelectField
          label="Try a few first"
          value={draft.canary}
          onChange={({ target }) => set({ canary: target.value as RunOptionsDraft['canary'] })}
        >
          <option value="none">No, run all of them</option>
          <option value="go_on">Yes, then continue if none failed</option>
          <option value="wait">Yes, then wait for me</option>
        </SelectField>
        {draft.canary !== 'none' && (
          <NumberLine
            label="Records to try first"
            value={draft.canaryCount}
            error={problems.canaryCount}
            onChange={(canaryCount) => set({ canaryCount })}
          >
            records first
          </NumberLine>
        )}
      </div>
    </>
  );
}

interface NumberLineProps {
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
  /** What the number counts, after it. */
  readonly children: ReactNode;
}

function NumberLine({ label, value, error, onChange, children }: NumberLineProps) {
  return (
    <div className={styles.line}>
      <TextField
        label={label}
        isLabelHidden
        inputMode="numeric"
        autoComplete="off"
        className={styles.number}
        value={value}
        error={error}
        onChange={({ target }) => onChange(target.value)}
      />
      {!error && (
        <span className={styles.unit} aria-hidden="true">
          {children}
        </span>
      )}
    </div>
  );
}
