import type { RecordComment } from '../../../src-shared/collections/record.ts';
import { Badge } from '../../components/badge.tsx';
import { formatExact } from '../../format/times.ts';
import styles from './record-panel.module.css';

/** What was said about a ticket, as plain text. */
export function Comments({ comments }: { readonly comments: readonly RecordComment[] }) {
  if (comments.length === 0) return null;
  return (
    <section aria-label="Comments" className={styles.section}>
      <h3>Comments</h3>
      <ol className={styles.entries}>
        {comments.map((comment) => (
          <li key={comment.id}>
            <div className={styles.meta}>
              <span className={styles.who}>{comment.author}</span>
              <time dateTime={new Date(comment.createdAt).toISOString()}>
                {formatExact(comment.createdAt)}
              </time>
              {comment.isInternal && <Badge>Internal</Badge>}
            </div>
            <p className={styles.text} dir="auto">
              {comment.body}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
