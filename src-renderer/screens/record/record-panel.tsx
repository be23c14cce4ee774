import type { Collection } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { CollectionRecord } from '../../../src-shared/collections/record.ts';
import { Sheet } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { Comments } from './comments.tsx';
import { FieldList } from './field-list.tsx';
import { ImportedEvents } from './imported-events.tsx';
import styles from './record-panel.module.css';
import { TouchedBy } from './touched-by.tsx';
import { useComments } from './use-comments.ts';
import { useRecord } from './use-record.ts';

interface RecordPanelProps {
  readonly collection: CollectionName;
  readonly id: number;
  readonly onClose: () => void;
}

/** One record in full: its fields, texts, comments, what it was before it came here, and what touched it here. */
export function RecordPanel({ collection: name, id, onClose }: RecordPanelProps) {
  const { answer, error } = useRecord(name, id);
  const { view, reader } = useComments(name, id);
  const collection = collections[name];
  const record = answer?.record;
  return (
    <Sheet
      width="narrow"
      title={titleOf(collection, record) ?? `${capital(collection.one)} ${id}`}
      description={record && `${record.key} from ${record.source}`}
      onClose={onClose}
    >
      {error && <ErrorNotice error={error} />}
      {!(answer && view) && !error && <SkeletonRows rows={10} />}
      {answer && view && reader && (
        <>
          {answer.record.deletedAt !== null && (
            <p className={styles.deleted}>This {collection.one} is deleted. It can be restored.</p>
          )}
          <FieldList collection={collection} record={answer.record} />
          {collection.fields
            .filter(({ kind }) => kind === 'long_text')
            .map(({ name, label }) => (
              <LongText key={name} label={label} text={String(answer.record[name] ?? '')} />
            ))}
          <Comments view={view} reader={reader} />
          <TouchedBy collection={name} touches={answer.touches} hasMore={answer.hasMore} />
          <ImportedEvents events={answer.events} />
          <ExtraFields extra={answer.extra} />
        </>
      )}
    </Sheet>
  );
}

/** What a record is called, or undefined while it is not known. */
function titleOf(collection: Collection, record: CollectionRecord | undefined): string | undefined {
  if (!record) return undefined;
  const title = String(record[collection.titleField] ?? '');
  return title === '' ? `No ${collection.titleField}` : title;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function LongText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <section aria-label={label} className={styles.section}>
      <h3>{label}</h3>
      {text === '' ? (
        <p className={styles.none}>No {label.toLowerCase()}.</p>
      ) : (
        <p className={styles.text} dir="auto">
          {text}
        </p>
      )}
    </section>
  );
}

function ExtraFields({ extra }: { readonly extra: Readonly<Record<string, string>> }) {
  const entries = Object.entries(extra);
  if (entries.length === 0) return null;
  return (
    <section aria-label="Extra fields" className={styles.section}>
      <h3>Extra fields</h3>
      <dl className={styles.facts}>
        {entries.map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
