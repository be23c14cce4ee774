import { type ReactNode, useEffect, useRef, useState } from 'react';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { countsOf, isFinal, type Operation, type Progress } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { type Tab, Tabs } from '../../components/tabs.tsx';
import { useConsole } from '../../state/context.tsx';
import type { OperationPart } from '../../state/route-slice.ts';
import { RejectedRows } from '../import/rejected-rows.tsx';
import { errorGroups } from './error-groups.ts';
import { ErrorsPanel } from './errors-panel.tsx';
import { type ItemsFilter, ItemsPanel } from './items-panel.tsx';
import { JournalPanel } from './journal-panel.tsx';
import { OperationActions } from './operation-actions.tsx';
import styles from './operation-detail.module.css';
import { OperationSummary } from './operation-summary.tsx';
import { ReportDialog } from './report-dialog.tsx';
import { thereGroups } from './there-groups.ts';
import { useOperation } from './use-operation.ts';

interface OperationDetailProps {
  readonly id: number;
  readonly onClose: () => void;
}

/** One operation in full: what became of it, what may be done about it, its records, errors and journal. */
export function OperationDetail({ id, onClose }: OperationDetailProps) {
  const { operation, progress, error } = useOperation(id);
  if (error) {
    return (
      <Frame title="Operation" onClose={onClose}>
        <ErrorNotice error={error} />
      </Frame>
    );
  }
  if (!operation) {
    return (
      <Frame title="Operation" onClose={onClose}>
        <SkeletonRows rows={6} />
      </Frame>
    );
  }
  return (
    <Frame title={operation.title} onClose={onClose}>
      <Whole operation={operation} progress={progress} />
    </Frame>
  );
}

function Whole({
  operation,
  progress,
}: {
  readonly operation: Operation;
  readonly progress: Progress | null;
}) {
  const [isReporting, setReporting] = useState(false);
  return (
    <>
      <OperationSummary operation={operation} progress={progress} />
      <OperationActions operation={operation} onReport={() => setReporting(true)} />
      <Parts operation={operation} />
      {isReporting && <ReportDialog operation={operation} onClose={() => setReporting(false)} />}
    </>
  );
}

function Frame(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const frame = useRef<HTMLElement>(null);
  // In a narrow window it stands in the place of the list, which the keyboard was in.
  useEffect(() => {
    if (document.activeElement?.checkVisibility() === false) frame.current?.focus();
  }, []);
  return (
    <section ref={frame} tabIndex={-1} aria-label={`Operation: ${props.title}`} className={styles.detail}>
      <header className={styles.header}>
        <h1 className={cx('visually-hidden', styles.screenTitle)}>History</h1>
        <h2 dir="auto">{props.title}</h2>
        <Button
          variant="ghost"
          size="small"
          icon="close"
          aria-label="Close operation"
          onClick={props.onClose}
        />
      </header>
      {props.children}
    </section>
  );
}

function Parts({ operation }: { readonly operation: Operation }) {
  const part = useConsole((state) => state.historyPart);
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const [filter, setFilter] = useState<ItemsFilter>({ state: 'all', reason: null });
  const show = (next: ItemsFilter) => {
    setFilter(next);
    openHistoryAt(operation.id);
  };

  return (
    <div className={styles.parts}>
      <Tabs
        label="Parts of the operation"
        tabs={tabsOf(operation)}
        selected={part}
        onSelect={(next) => openHistoryAt(operation.id, next)}
      >
        {part === 'items' && <ItemsPanel operation={operation} filter={filter} onFilter={setFilter} />}
        {part === 'errors' && (
          <ErrorsPanel
            collection={collectionOf(operation.collection)}
            groups={errorGroups(operation.tallies)}
            there={thereGroups(operation)}
            onShow={operation.action === 'export' || operation.isCleaned ? null : show}
          />
        )}
        {part === 'rejected' && <RejectedRows operation={operation} />}
        {part === 'journal' && <JournalPanel operation={operation} />}
      </Tabs>
    </div>
  );
}

function tabsOf(operation: Operation): Tab<OperationPart>[] {
  const counts = countsOf(operation.tallies);
  const there = thereGroups(operation).filter(({ code }) => code !== 'decided');
  const groups = [...errorGroups(operation.tallies), ...there];
  const troubled = groups.reduce((sum, { count }) => sum + count, 0);
  const troubles = operation.delivery || operation.action === 'export' ? 'Not done' : 'Not changed';
  const tabs: Tab<OperationPart>[] = [
    { id: 'items', label: collectionOf(operation.collection).label, count: counts.total },
    { id: 'errors', label: isFinal(operation.state) ? troubles : `${troubles} so far`, count: troubled },
  ];
  if (operation.rejected > 0 && !operation.isCleaned)
    tabs.push({ id: 'rejected', label: 'Rejected rows', count: operation.rejected });
  return [...tabs, { id: 'journal', label: 'Journal' }];
}
