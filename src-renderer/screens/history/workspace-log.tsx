import { useEffect, useRef, useState } from 'react';
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
  const isConnected = useConsole((state) => state.connection === 'connected');
  const news = useNews();
  const { pages, more, refresh } = usePager<JournalEntry>({
    key: 'workspace',
    idOf: ({ seq }) => seq,
    load: async (last) => {
      const before = last?.seq ?? null;
      const { entries, hasMore } = await bridge.request('history.workspace', { before, limit: pageSize });
      return { rows: entries, hasMore };
    },
  });
  const seen = useRef(news);
  useEffect(() => {
    if (seen.current === news || !isConnected) return;
    seen.current = news;
    refresh();
  });

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

/** Changes with what may have been written down: of users, remotes and reports, or while there was no connection. */
function useNews(): string {
  const bridge = useBridge();
  const [changes, setChanges] = useState(0);
  useEffect(
    () =>
      bridge.subscribe(({ name }) => {
        if (name === 'users.changed') setChanges((count) => count + 1);
      }),
    [bridge],
  );
  return useConsole(({ connection, report, remotes }) => {
    const known = remotes?.map(({ id, address, user }) => [id, address, user]);
    return JSON.stringify([changes, connection, report.status, known]);
  });
}
