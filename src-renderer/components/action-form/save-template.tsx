import { type FormEvent, useState } from 'react';
import { collections } from '../../../src-shared/collections/index.ts';
import type { ActionInfo } from '../../../src-shared/contract/actions.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useConsole } from '../../state/context.tsx';
import { useFailure } from '../../state/use-failure.ts';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import { TextField } from '../field.tsx';
import { emptyRunOptions, readRunOptions } from '../run-options/run-options-draft.ts';
import { RunOptionsForm } from '../run-options/run-options-form.tsx';
import { useNow } from '../use-now.ts';
import styles from './action-form.module.css';

interface SaveTemplateProps {
  readonly action: ActionInfo;
  readonly selection: Selection;
  readonly input: Record<string, unknown>;
  readonly onBack: () => void;
}

/** Keeps what the form says under a name, with how it is to run. Leads to the schedules. */
export function SaveTemplate({ action, selection, input, onBack }: SaveTemplateProps) {
  const { many } = collections[action.collection];
  const save = useConsole((state) => state.saveTemplate);
  const closeOverlay = useConsole((state) => state.closeOverlay);
  const goTo = useConsole((state) => state.goTo);
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(emptyRunOptions);
  const [error, setError] = useFailure();
  const { options, problems } = readRunOptions(draft, useNow());
  const isComplete = name.trim() !== '' && Object.keys(problems).length === 0;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    try {
      await save({
        name: name.trim(),
        action: action.name,
        collection: action.collection,
        selection,
        input,
        options,
      });
      closeOverlay();
      goTo('schedules');
    } catch (reason) {
      setError(toErrorDto(reason));
    }
  };

  return (
    <Dialog
      title="Save as template"
      description={
        selection.mode === 'filter'
          ? `${action.label}, on the ${many} that match the filter whenever it runs.`
          : `${action.label}, on the ${many} that are selected now.`
      }
      onClose={onBack}
      footer={
        <>
          <Button onClick={onBack}>Back</Button>
          <Button type="submit" form="save-template" variant="primary" disabled={!isComplete}>
            Save template
          </Button>
        </>
      }
    >
      <form id="save-template" className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label="Name"
          autoFocus
          maxLength={120}
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <RunOptionsForm
          draft={draft}
          problems={problems}
          isExport={action.name === 'export'}
          isForLater
          onChange={setDraft}
        />
        {error && <ErrorNotice error={error} />}
      </form>
    </Dialog>
  );
}
