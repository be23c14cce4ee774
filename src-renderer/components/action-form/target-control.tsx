import { useId } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { useFailure } from '../../state/use-failure.ts';
import { Button } from '../button.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import { Icon } from '../icon.tsx';
import styles from './action-form.module.css';

export interface TargetControlProps {
  readonly collection: CollectionName;
  readonly format: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly error: string | undefined;
  /** The handle of the place; empty until one is chosen. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A place to save, which only the host can name. */
export function TargetControl({
  collection,
  format,
  label,
  help,
  error,
  value,
  onChange,
}: TargetControlProps) {
  const bridge = useBridge();
  const wordsId = useId();
  const targetLabels = useConsole((state) => state.targetLabels);
  const keepTarget = useConsole((state) => state.keepTarget);
  const [refused, setRefused] = useFailure();

  const choose = async () => {
    setRefused(null);
    try {
      const target = await bridge.request('files.choose_target', {
        suggestedName: suggestedName(collection, format, new Date()),
      });
      if (!target) return;
      keepTarget(target);
      onChange(target.handle);
    } catch (reason) {
      setRefused(toErrorDto(reason));
    }
  };

  return (
    <div className={styles.target}>
      <span className={styles.targetLabel}>{label}</span>
      <div className={styles.targetLine}>
        <Button
          icon="folder"
          aria-describedby={error || help ? wordsId : undefined}
          data-invalid={error ? '' : undefined}
          onClick={choose}
        >
          {value === '' ? 'Choose where to save' : 'Change'}
        </Button>
        {value !== '' && (
          <span className={styles.targetName}>
            <Icon name="file" />
            {targetLabels[value] ?? 'Chosen'}
          </span>
        )}
      </div>
      {(error || help) && (
        <p id={wordsId} role={error ? 'alert' : undefined} className={error ? styles.error : styles.help}>
          {error ?? help}
        </p>
      )}
      {refused && <ErrorNotice error={refused} />}
    </div>
  );
}

function suggestedName(collection: CollectionName, format: string, now: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  return `${collection}-${day}-${pad(now.getHours())}${pad(now.getMinutes())}${pad(now.getSeconds())}.${format}`;
}
