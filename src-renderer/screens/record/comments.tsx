import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { formatExact } from '../../format/times.ts';
import { useConsole } from '../../state/context.tsx';
import type { CommentReader, CommentView } from './comment-reader.ts';
import styles from './record-panel.module.css';

interface CommentsProps {
  readonly view: CommentView;
  readonly reader: CommentReader;
}

/** What was said about a ticket, as plain text, the latest last. */
export function Comments({ view: { comments, hasEarlier, error }, reader }: CommentsProps) {
  const isAway = useConsole((state) => state.connection !== 'connected');
  if (comments.length === 0 && !error) return null;
  const again = (
    <Button disabled={isAway} onClick={() => reader.refresh()}>
      Try again
    </Button>
  );
  return (
    <section aria-label="Comments" className={styles.section}>
      <h3>Comments</h3>
      {error && <ErrorNotice error={error} actions={again} />}
      {hasEarlier && (
        <div>
          <Button size="small" icon="arrowUp" disabled={isAway} onClick={() => reader.showEarlier()}>
            Show earlier
          </Button>
        </div>
      )}
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
