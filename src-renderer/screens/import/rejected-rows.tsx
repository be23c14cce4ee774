import { useState } from 'react';
import { errorFileName } from '../../../src-shared/domain/error-file-name.ts';
import type { RejectedRow } from '../../../src-shared/domain/import.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { usePager } from '../../components/use-pager.ts';
import { useBridge } from '../../state/context.tsx';
import { useFailure } from '../../state/use-failure.ts';
import styles from './rejected-rows.module.css';

/** The rows of an imported file that could not become tickets, with why, and a way to take them out. */
export function RejectedRows({ operation }: { readonly operation: Operation }) {
  const { id: operationId } = operation;
  const bridge = useBridge();
  const { pages, more } = usePager<RejectedRow>({
    key: String(operationId),
    idOf: (row) => row.line,
    load: (last) =>
      bridge.request('imports.rejected', { id: operationId, after: last?.line ?? 0, limit: 200 }),
  });
  if (pages.status === 'loading') return <SkeletonRows rows={6} />;
  if (pages.rows.length === 0 && pages.status === 'ready') {
    return <EmptyState icon="done" title="Every row was read as a ticket" />;
  }
  return (
    <div className={styles.rejected}>
      <SaveErrorFile operation={operation} />
      <div className={styles.scroller}>
        <table className={styles.table}>
          <caption className="visually-hidden">Rows that could not become tickets</caption>
          <thead>
            <tr>
              <th scope="col" className={styles.line}>
                Line
              </th>
              <th scope="col" className={styles.reason}>
                Why
              </th>
              <th scope="col">Row in the file</th>
            </tr>
          </thead>
          <tbody>
            {pages.rows.map((row) => (
              <tr key={row.line}>
                <th scope="row" className={styles.line}>
                  {formatNumber(row.line)}
                </th>
                <td className={styles.reason}>{row.reason}</td>
                <td className={styles.text} title={row.text} dir="auto">
                  {row.text}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <LoadMore pages={pages} onMore={more} />
      </div>
    </div>
  );
}

type Saving =
  | { readonly state: 'idle' | 'saving' }
  | { readonly state: 'saved'; readonly path: string; readonly rows: number };

function SaveErrorFile({ operation }: { readonly operation: Operation }) {
  const operationId = operation.id;
  const bridge = useBridge();
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });
  const [error, setError] = useFailure();

  async function save(): Promise<void> {
    setSaving({ state: 'saving' });
    setError(null);
    try {
      const suggestedName = errorFileName(operation.title.replace(/^Import /, ''), operationId);
      const target = await bridge.request('files.choose_target', { suggestedName });
      if (!target) return setSaving({ state: 'idle' });
      const { path, rows } = await bridge.request('imports.save_rejected', {
        id: operationId,
        target: target.handle,
      });
      setSaving({ state: 'saved', path, rows });
    } catch (reason) {
      setSaving({ state: 'idle' });
      setError(toErrorDto(reason));
    }
  }

  return (
    <div className={styles.save}>
      <Button size="small" icon="download" disabled={saving.state === 'saving'} onClick={() => void save()}>
        Save error file
      </Button>
      {saving.state === 'saved' ? (
        <p role="status" className={styles.saved}>
          {countOf(saving.rows, 'row', 'rows')} saved to <span className={styles.path}>{saving.path}</span>
        </p>
      ) : (
        <p className={styles.hint}>
          These rows with their header, as they stood. Correct the file and import it again.
        </p>
      )}
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
