import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { FieldOrder } from '../field-order.tsx';
import styles from './action-form.module.css';

export interface ColumnsControlProps {
  readonly collection: CollectionName;
  readonly label: string;
  readonly help: string | undefined;
  readonly error: string | undefined;
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}

/** Fields of the collection, chosen and put in an order. */
export function ColumnsControl({ collection, label, help, error, value, onChange }: ColumnsControlProps) {
  const { fields } = collections[collection];
  const chosen = value.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  const rest = fields.filter((field) => !value.includes(field.name));
  return (
    <fieldset className={styles.columns}>
      <legend>{label}</legend>
      <div className={styles.columnList}>
        <FieldOrder chosen={chosen} rest={rest} onChange={onChange} />
      </div>
      {(error || help) && (
        <p role={error ? 'alert' : undefined} className={error ? styles.error : styles.help}>
          {error ?? help}
        </p>
      )}
    </fieldset>
  );
}
