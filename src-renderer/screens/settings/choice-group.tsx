import { useId } from 'react';
import styles from './choice-group.module.css';

interface ChoiceGroupProps<T extends string> {
  readonly legend: string;
  readonly choices: readonly { readonly value: T; readonly label: string; readonly help: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few choices, all in sight. */
export function ChoiceGroup<T extends string>({ legend, choices, value, onChange }: ChoiceGroupProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={styles.choice}>
          <input
            type="radio"
            name={name}
            checked={choice.value === value}
            aria-describedby={`${name}-${choice.value}`}
            aria-label={choice.label}
            onChange={() => onChange(choice.value)}
          />
          <span>
            {choice.label}
            <span id={`${name}-${choice.value}`} className={styles.help}>
              {choice.help}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
