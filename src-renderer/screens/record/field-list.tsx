import type { Collection, Field } from '../../../src-shared/collections/field.ts';
import type { Ticket } from '../../../src-shared/collections/tickets.ts';
import { formatValue } from '../../format/values.ts';
import styles from './record-panel.module.css';

/** Shown elsewhere in the panel, or of no use to a reader. */
const leftOut: readonly string[] = ['subject', 'description', 'key', 'source', 'deletedAt'];

/** Every field of a record with its label, in the order of the collection. */
export function FieldList(props: { readonly collection: Collection; readonly record: Ticket }) {
  const { collection, record } = props;
  return (
    <dl className={styles.facts}>
      {collection.fields
        .filter(({ name }) => !leftOut.includes(name))
        .map((field) => (
          <div key={field.name} className={styles.fact}>
            <dt>{field.label}</dt>
            <dd dir="auto">{words(collection, field, valueOf(record, field))}</dd>
          </div>
        ))}
    </dl>
  );
}

function valueOf(record: Ticket, field: Field): string | number | null {
  const value: unknown = Object.entries(record).find(([name]) => name === field.name)?.[1];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function words(collection: Collection, field: Field, value: string | number | null): string {
  // These numbers are names, not amounts.
  return field.kind === 'number' && value !== null
    ? String(value)
    : formatValue(collection, field.name, value);
}
