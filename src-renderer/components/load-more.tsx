import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import { ErrorNotice } from './error-notice.tsx';
import styles from './load-more.module.css';
import type { Pages } from './pager.ts';

interface LoadMoreProps {
  readonly pages: Pages<unknown>;
  readonly onMore: () => void;
}

/** Stands at the end of a paged list: reads on when it comes into sight, says so, and offers another try. */
export function LoadMore({ pages, onMore }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null);
  const isWanted = pages.status === 'ready' && pages.hasMore;
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });

  useEffect(() => {
    if (!isWanted || !end.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: '400px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isWanted]);

  if (pages.status === 'broken' && pages.error) {
    return <ErrorNotice error={pages.error} actions={<Button onClick={onMore}>Try again</Button>} />;
  }
  if (!pages.hasMore) return null;
  return (
    <div ref={end} className={styles.end}>
      {pages.status === 'more' ? (
        <span role="status">Reading more</span>
      ) : (
        <Button variant="ghost" size="small" onClick={onMore}>
          Show more
        </Button>
      )}
    </div>
  );
}
