import { TextField } from '../../components/field.tsx';

interface AddressFieldProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (address: string) => void;
  readonly help?: string;
}

/** Where a remote is. */
export function AddressField({ value, error, onChange, help }: AddressFieldProps) {
  return (
    <TextField
      label="Address"
      type="url"
      autoComplete="off"
      spellCheck={false}
      placeholder="https://desk.example.com"
      help={help}
      value={value}
      error={error}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
