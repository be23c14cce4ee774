import { useState } from 'react';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Sheet } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { TextField } from '../../components/field.tsx';
import {
  type ReadRunOptions,
  type RunOptionsDraft,
  readRunOptions,
  runOptionsDraft,
} from '../../components/run-options/run-options-draft.ts';
import { Tabs } from '../../components/tabs.tsx';
import { useNow } from '../../components/use-now.ts';
import { planCounts, planVerb, tallySentence } from '../../format/tallies.ts';
import { useConsole } from '../../state/context.tsx';
import { useFailure } from '../../state/use-failure.ts';
import { DiffGrid } from './diff-grid.tsx';
import { ForecastPart } from './forecast-part.tsx';
import { type PlanPart, partsOf } from './plan-parts.ts';
import styles from './preview-sheet.module.css';
import { RejectedLine } from './rejected-line.tsx';
import { RunOptionsPart } from './run-options-part.tsx';

/** A plan ends with the console that made it, and where a backup is put back. */
function whyNotStarted(reason: unknown): ErrorDto {
  const error = toErrorDto(reason);
  if (error.code !== 'not_found') return error;
  const message =
    'This plan is no longer there: plans are kept only until the console is started again. Nothing was changed.';
  return { ...error, message, next: 'Go back and preview it again.' };
}

/** Everything a draft would do, before it does anything. `Start` is the only way on. */
export function PreviewSheet({ operation }: { readonly operation: Operation }) {
  const start = useConsole((state) => state.start);
  const back = useConsole((state) => state.backFromPreview);
  const isDestructive = useConsole((state) =>
    state.actions.some(
      ({ collection, name, isDestructive }) =>
        isDestructive && collection === operation.collection && name === operation.action,
    ),
  );
  const { one, many } = collectionOf(operation.collection);
  const parts = partsOf(operation);
  const [part, setPart] = useState<PlanPart>(parts.find(({ count = 0 }) => count > 0)?.id ?? 'change');
  const [typed, setTyped] = useState('');
  /** The run options as they stand in the form; null runs it as it was planned. */
  const [optionsDraft, setOptionsDraft] = useState<RunOptionsDraft | null>(null);
  const [isStarting, setStarting] = useState(false);
  const [error, setError] = useFailure();

  const { change } = planCounts(operation.tallies);
  const needsCount = isDestructive && operation.undoOf === null && change > 0;
  const isConfirmed = !needsCount || typed.replace(/\D/g, '') === String(change);
  const nowMs = useNow();
  const run: ReadRunOptions = optionsDraft
    ? readRunOptions(optionsDraft, nowMs, operation.options)
    : { options: operation.options, problems: {} };
  const canStart = change > 0 && isConfirmed && !isStarting && Object.keys(run.problems).length === 0;

  // What was asked to start cannot be stepped back from: it may run already.
  const onBack = () => {
    if (!isStarting) void back();
  };
  const onStart = async () => {
    setStarting(true);
    setError(null);
    try {
      await start(operation.id, run.options);
    } catch (reason) {
      setError(whyNotStarted(reason));
      setStarting(false);
    }
  };

  return (
    <Sheet
      title={operation.title}
      description={
        <p className={styles.sentence} data-testid="plan-sentence">
          {tallySentence(operation.tallies, {
            one,
            many,
            verb: planVerb(operation),
            ...(operation.action === 'import' ? { already: 'already here' } : {}),
          })}
        </p>
      }
      onClose={onBack}
      footer={
        <>
          {needsCount && (
            <div className={styles.confirm}>
              <TextField
                label={`Type ${formatNumber(change)} to confirm`}
                value={typed}
                autoComplete="off"
                inputMode="numeric"
                onChange={(event) => setTyped(event.target.value)}
              />
            </div>
          )}
          <Button disabled={isStarting} onClick={onBack}>
            Back
          </Button>
          <Button
            variant={isDestructive ? 'danger' : 'primary'}
            icon="play"
            disabled={!canStart}
            // A double click on what led here ends on this very place, before anything was read.
            onClick={({ detail }) => detail < 2 && void onStart()}
          >
            {isStarting ? 'Starting…' : 'Start'}
          </Button>
        </>
      }
    >
      {change > 0 && <ForecastPart operation={operation} />}
      {operation.details.map(({ label, value }) => (
        <p key={label} className={styles.detail}>
          <span className={styles.detailLabel}>{label}</span>
          <span dir="auto">{value}</span>
        </p>
      ))}
      {operation.rejected > 0 && <RejectedLine operation={operation} />}
      {change > 0 && (
        <RunOptionsPart
          draft={optionsDraft ?? runOptionsDraft(operation.options)}
          read={run}
          nowMs={nowMs}
          isExport={operation.action === 'export'}
          onChange={setOptionsDraft}
        />
      )}
      {error && <ErrorNotice error={error} />}
      <Tabs label="What the plan holds" tabs={parts} selected={part} onSelect={setPart}>
        <DiffGrid key={part} operation={operation} part={part} />
      </Tabs>
    </Sheet>
  );
}
