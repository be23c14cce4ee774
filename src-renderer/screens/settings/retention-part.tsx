import { useState } from 'react';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SelectField } from '../../components/field.tsx';
import { formatBytes } from '../../format/numbers.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { useAttempt } from '../../state/use-attempt.ts';
import { Part } from './part.tsx';
import styles from './settings-screen.module.css';

type Cleanup = RequestOutput<'retention.preview'>;

const periods = [30, 90, 180, 365, 730] as const;

/** How long the past is kept. What would go is shown before it goes. */
export function RetentionPart() {
  const bridge = useBridge();
  const historyDays = useConsole((state) => state.settings.historyDays);
  const exportDays = useConsole((state) => state.settings.exportDays);
  const updateSettings = useConsole((state) => state.updateSettings);
  const [found, setFound] = useState<Cleanup | null>(null);
  const [removed, setRemoved] = useState<Cleanup | null>(null);
  const { isBusy, error, attempt } = useAttempt();

  const ask = (name: 'retention.preview' | 'retention.clean') =>
    attempt(async () => {
      const cleanup = await bridge.request(name, {});
      setFound(name === 'retention.preview' ? cleanup : null);
      setRemoved(name === 'retention.clean' ? cleanup : null);
    });
  const keep = (change: { historyDays?: number | null; exportDays?: number | null }) => {
    setFound(null);
    setRemoved(null);
    void updateSettings(change);
  };
  const isSet = historyDays !== null || exportDays !== null;

  return (
    <Part title="Retention">
      <p>
        After this time an operation keeps its line in the history, but the details of each record are removed
        and it can no longer be undone. Pinned and unfinished operations are kept in full. Cleaned up once a
        day.
      </p>
      <div className={styles.pair}>
        <PeriodField
          label="Keep operation details for"
          days={historyDays}
          onChange={(days) => keep({ historyDays: days })}
        />
        <PeriodField
          label="Keep exported files in the workspace for"
          days={exportDays}
          onChange={(days) => keep({ exportDays: days })}
        />
      </div>
      {isSet && (
        <div className={styles.line}>
          <Button disabled={isBusy} onClick={() => void ask('retention.preview')}>
            See what would go
          </Button>
          {found && !isNothing(found) && (
            <Button
              variant="danger"
              icon="trash"
              disabled={isBusy}
              onClick={() => void ask('retention.clean')}
            >
              Remove it now
            </Button>
          )}
        </div>
      )}
      {found && (
        <p role="status">{isNothing(found) ? 'Nothing is that old.' : `${cleanupWords(found)} would go.`}</p>
      )}
      {removed && <p role="status">Removed: {cleanupWords(removed) || 'nothing'}.</p>}
      {error && <ErrorNotice error={error} />}
    </Part>
  );
}

function isNothing({ operations, files }: Cleanup): boolean {
  return operations + files === 0;
}

function cleanupWords({ operations, items, files, fileBytes }: Cleanup): string {
  const changes = `${countOf(items, 'record’s change', 'records’ changes')} of ${countOf(operations, 'operation', 'operations')}`;
  const written = `${countOf(files, 'file', 'files')} (${formatBytes(fileBytes)})`;
  return [operations > 0 && changes, files > 0 && written].filter(Boolean).join(' and ');
}

interface PeriodFieldProps {
  readonly label: string;
  readonly days: number | null;
  readonly onChange: (days: number | null) => void;
}

function PeriodField({ label, days, onChange }: PeriodFieldProps) {
  const choices = days === null || periods.some((period) => period === days) ? periods : [...periods, days];
  return (
    <SelectField
      label={label}
      value={days ?? ''}
      onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
    >
      <option value="">Forever</option>
      {choices.map((period) => (
        <option key={period} value={period}>
          {period} days
        </option>
      ))}
    </SelectField>
  );
}
