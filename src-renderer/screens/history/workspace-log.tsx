import { useEffect, useRef } from 'react';
import type { JournalEntry } from '../../../src-shared/contract/operations.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { usePager } from '../../components/use-pager.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { JournalList } from './journal-list.tsx';
import { journalLines } from './journal-words.ts';
import styles from './workspace-log.module.css';

const pageSize = 100;

/** What happened to the workspace itself, latest first. */
export function WorkspaceLog() {
  const bridge = useBridge();
  // What is written down of remotes changes what is known of them.
  const remotes = useConsole(({ remotes }) =>
    JSON.stringify(remotes?.map(({ id, address, user }) => [id, address, user])),
  );
  const { pages, more, refresh } = usePager<JournalEntry>({
    key: remotes,
    idOf: ({ seq }) => seq,
    load: async (last) => {
      const before = last?.seq ?? null;
      const { entries, hasMore } = await bridge.request('history.workspace', { before, limit: pageSize });
      return { rows: entries, hasMore };
    },
  });
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  useEffect(() => bridge.subscribe(({ name }) => name === 'users.changed' && latest.current()), [bridge]);

  if (pages.status === 'loading') return <SkeletonRows rows={6} />;
  if (pages.rows.length === 0 && pages.status === 'ready') {
    return (
      <EmptyState icon="history" title="No changes to the workspace yet">
        Here you see who gave people access, added or removed remotes, and put back backups.
      </EmptyState>
    );
  }
  return (
    <div className={styles.log}>
      <JournalList lines={journalLines(pages.rows, null)} />
      <LoadMore pages={pages} onMore={more} />
    </div>
  );
}
