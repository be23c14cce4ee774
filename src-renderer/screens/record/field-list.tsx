import type { Collection } from '../../../src-shared/collections/field.ts';
import type { CollectionRecord } from '../../../src-shared/collections/record.ts';
import { formatValue } from '../../format/values.ts';
import styles from './record-panel.module.css';

/** Shown elsewhere in the panel, or of no use to a reader. */
const leftOut: readonly string[] = ['key', 'source', 'deletedAt'];

/** Every field of a record with its label, in the order of the collection. */
export function FieldList(props: { readonly collection: Collection; readonly record: CollectionRecord }) {
  const { collection, record } = props;
  return (
    <dl className={styles.facts}>
      {collection.fields
        .filter(
          ({ name, kind }) =>
            kind !== 'long_text' && name !== collection.titleField && !leftOut.includes(name),
        )
        .map((field) => (
          <div key={field.name} className={styles.fact}>
            <dt>{field.label}</dt>
            <dd>
              <bdi>{formatValue(collection, field.name, record[field.name] ?? null)}</bdi>
            </dd>
          </div>
        ))}
    </dl>
  );
}
