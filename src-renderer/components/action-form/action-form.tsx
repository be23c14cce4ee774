import { type FormEvent, useEffect, useRef, useState } from 'react';
import { collections } from '../../../src-shared/collections/index.ts';
import type { ActionInfo } from '../../../src-shared/contract/actions.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useConsole } from '../../state/context.tsx';
import { chosenCount, toSelection } from '../../state/selection.ts';
import { useFailure } from '../../state/use-failure.ts';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import { PlanningProgress } from '../planning-progress.tsx';
import styles from './action-form.module.css';
import { FormControl } from './form-control.tsx';
import { askedOf, type FormValue, initialValues, missingValues, toInput } from './form-values.ts';
import { SaveTemplate } from './save-template.tsx';

export interface ActionFormProps {
  readonly action: ActionInfo;
  readonly onClose: () => void;
}

/** The form of an action for what is chosen, made from the action's own description. Leads to the preview. */
export function ActionForm({ action, onClose }: ActionFormProps) {
  const { collection } = action;
  const { one, many, defaultColumns } = collections[collection];
  const columns = useConsole((state) => state.settings.columns[collection] ?? defaultColumns);
  const chosen = useConsole((state) => state.chosen);
  const plan = useConsole((state) => state.plan);
  const isPlanning = useConsole((state) => state.isPlanning);
  const [values, setValues] = useState(() => initialValues(action.form, columns));
  /** How often it was asked for as it stands: what is missing is said from the first time on. */
  const [tries, setTries] = useState(0);
  const [error, setError] = useFailure();
  const [isSaving, setSaving] = useState(false);
  const element = useRef<HTMLFormElement>(null);

  // What is wrong may stand where the form has to be scrolled to.
  useEffect(() => {
    if (tries > 0 || error) showWhatIsWrong(element.current);
  }, [tries, error]);

  const asked = askedOf(action.form, values);
  const missing = missingValues(asked, values);
  const count = chosenCount(chosen);
  // A place was chosen for a file of the format that was chosen then.
  const set = (name: string, value: FormValue) =>
    setValues((before) => ({ ...before, [name]: value, ...(name === 'format' ? { target: '' } : {}) }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTries((count) => count + 1);
    const selection = toSelection(chosen);
    if (Object.keys(missing).length > 0 || !selection || isPlanning) return;
    setError(null);
    try {
      await plan({
        action: action.name,
        collection,
        selection,
        input: toInput(asked, values),
      });
    } catch (reason) {
      setError(toErrorDto(reason));
    }
  };

  // Where a template's export goes is said by its name and the time.
  const form = asked.filter(({ kind }) => kind !== 'target');
  const selection = toSelection(chosen);
  if (isSaving && selection) {
    return (
      <SaveTemplate
        action={action}
        selection={selection}
        input={toInput(form, values)}
        onBack={() => setSaving(false)}
      />
    );
  }
  return (
    <Dialog
      title={action.label}
      description={`For ${countOf(count, `selected ${one}`, `selected ${many}`)}. Nothing changes before you have seen the preview.`}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="ghost"
            disabled={isPlanning || count === 0}
            onClick={() => {
              setTries((count) => count + 1);
              if (Object.keys(missingValues(form, values)).length === 0) setSaving(true);
            }}
          >
            Save as template…
          </Button>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" form="action-form" variant="primary" disabled={isPlanning || count === 0}>
            Preview
          </Button>
        </>
      }
    >
      <form ref={element} id="action-form" className={styles.form} onSubmit={submit} noValidate>
        {asked.map((field, index) => (
          <FormControl
            key={field.name}
            collection={collection}
            field={field}
            format={String(values['format'] ?? 'csv')}
            value={values[field.name] ?? ''}
            error={tries > 0 ? missing[field.name] : undefined}
            hasFocus={index === 0}
            onChange={(value) => set(field.name, value)}
          />
        ))}
        {isPlanning && <PlanningProgress />}
        {error && <ErrorNotice error={error} />}
      </form>
    </Dialog>
  );
}

/** Brings the first thing that is wrong into sight, with the keyboard at what can be done about it. */
function showWhatIsWrong(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid]')?.focus({ preventScroll: true });
  form?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
}
