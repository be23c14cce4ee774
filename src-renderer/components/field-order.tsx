import type { Field } from '../../src-shared/collections/field.ts';
import { Button } from './button.tsx';
import { CheckField } from './field.tsx';
import styles from './field-order.module.css';

export interface FieldOrderProps {
  readonly chosen: readonly Field[];
  readonly rest: readonly Field[];
  /** The last one cannot be taken out. */
  readonly needsOne?: boolean;
  readonly onChange: (names: readonly string[]) => void;
}

/** Fields to choose from, the chosen ones first and in an order that can be changed. */
export function FieldOrder({ chosen, rest, needsOne = false, onChange }: FieldOrderProps) {
  const names = chosen.map((field) => field.name);
  const moveUp = (index: number) => {
    const moved = [...names];
    moved.splice(index - 1, 0, ...moved.splice(index, 1));
    onChange(moved);
  };
  return (
    <>
      {chosen.map((field, index) => (
        <div key={field.name} className={styles.line}>
          <CheckField
            label={field.label}
            checked
            disabled={needsOne && chosen.length === 1}
            onChange={() => onChange(names.filter((name) => name !== field.name))}
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
          onChange={() => onChange([...names, field.name])}
        />
      ))}
    </>
  );
}
