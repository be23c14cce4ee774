import { tickets } from '../../../src-shared/collections/tickets.ts';
import { Button } from '../button.tsx';
import { CheckField } from '../field.tsx';
import styles from './action-form.module.css';

export interface ColumnsControlProps {
  readonly label: string;
  readonly help: string | undefined;
  readonly error: string | undefined;
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}

/** Fields of the collection, chosen and put in an order. */
export function ColumnsControl({ label, help, error, value, onChange }: ColumnsControlProps) {
  const chosen = value.flatMap((name) => tickets.fields.find((field) => field.name === name) ?? []);
  const rest = tickets.fields.filter((field) => !value.includes(field.name));
  const moveUp = (index: number) => {
    const moved = [...value];
    moved.splice(index - 1, 0, ...moved.splice(index, 1));
    onChange(moved);
  };
  return (
    <fieldset className={styles.columns}>
      <legend>{label}</legend>
      <div className={styles.columnList}>
        {chosen.map((field, index) => (
          <div key={field.name} className={styles.columnLine}>
            <CheckField
              label={field.label}
              checked
              onChange={() => onChange(value.filter((name) => name !== field.name))}
            />
            <Button
              variant="ghost"
              size="small"
              icon="arrowUp"
              disabled={index === 0}
              aria-label={`Move ${field.label} forward`}
              onClick={() => moveUp(index)}
            />
          </div>
        ))}
        {rest.map((field) => (
          <CheckField
            key={field.name}
            label={field.label}
            checked={false}
            onChange={() => onChange([...value, field.name])}
          />
        ))}
      </div>
      {(error || help) && <p className={error ? styles.error : styles.help}>{error ?? help}</p>}
    </fieldset>
  );
}
