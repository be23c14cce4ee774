import { tickets } from '../../../src-shared/collections/tickets.ts';
import { Sheet } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { Comments } from './comments.tsx';
import { FieldList } from './field-list.tsx';
import { ImportedEvents } from './imported-events.tsx';
import styles from './record-panel.module.css';
import { TouchedBy } from './touched-by.tsx';
import { useRecord } from './use-record.ts';

interface RecordPanelProps {
  readonly id: number;
  readonly onClose: () => void;
}

/** One ticket in full: its fields, text, comments, what it was before it came here, and what touched it here. */
export function RecordPanel({ id, onClose }: RecordPanelProps) {
  const { answer, error } = useRecord(id);
  const record = answer?.record;
  return (
    <Sheet
      width="narrow"
      title={record ? record.subject || 'No subject' : `Ticket ${id}`}
      description={record && `${record.key} from ${record.source}`}
      onClose={onClose}
    >
      {error && <ErrorNotice error={error} />}
      {!answer && !error && <SkeletonRows rows={10} />}
      {answer && (
        <>
          {answer.record.deletedAt !== null && (
            <p className={styles.deleted}>This ticket is deleted. It can be restored.</p>
          )}
          <FieldList collection={tickets} record={answer.record} />
          <Description text={answer.record.description} />
          <Comments comments={answer.record.comments} />
          <TouchedBy touches={answer.touchedBy} />
          <ImportedEvents events={answer.record.events} />
          <ExtraFields extra={answer.record.extra} />
        </>
      )}
    </Sheet>
  );
}

function Description({ text }: { readonly text: string }) {
  return (
    <section aria-label="Description" className={styles.section}>
      <h3>Description</h3>
      {text === '' ? (
        <p className={styles.none}>No description.</p>
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
