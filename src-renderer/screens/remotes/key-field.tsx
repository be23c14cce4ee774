import { TextField } from '../../components/field.tsx';

/** The name under which a form holds what was typed as a key. */
const keyName = 'access-key';

interface KeyFieldProps {
  readonly error: string | null;
  readonly onType?: () => void;
}

/** An access key. It stands in the field alone: no state of the window ever holds it. */
export function KeyField({ error, onType }: KeyFieldProps) {
  return (
    <TextField
      label="Access key"
      type="password"
      name={keyName}
      autoComplete="off"
      spellCheck={false}
      maxLength={1000}
      help="You get it from whoever runs that system. It stays on this computer and is never in a backup."
      error={error}
      onInput={onType}
    />
  );
}

/** What stands in the form's field for the key. */
export function keyIn(form: HTMLFormElement): string {
  const value = new FormData(form).get(keyName);
  return typeof value === 'string' ? value.trim() : '';
}
