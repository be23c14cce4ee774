import { fieldLabel } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import type { Conflict } from '../../../src-shared/domain/remote.ts';
import { CheckAll } from '../../components/check-all.tsx';
import { cx } from '../../components/cx.ts';
import { useConsole } from '../../state/context.tsx';
import { conflictValue } from './conflict-words.ts';
import styles from './conflicts.module.css';

interface ConflictsTableProps {
  readonly conflicts: readonly Conflict[];
  /** By id. */
  readonly chosen: ReadonlySet<number>;
  readonly onChoose: (chosen: ReadonlySet<number>) => void;
}

/**
 * For each record and field: the value on which it was changed here, the remote's value now, and the value it was given
 * here.
 */
export function ConflictsTable({ conflicts, chosen, onChoose }: ConflictsTableProps) {
  const count = conflicts.filter(({ id }) => chosen.has(id)).length;
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Records that were changed both here and on the remote</caption>
      <colgroup>
        <col className={styles.check} />
        <col className={styles.record} />
        <col className={styles.field} />
        <col />
        <col />
        <col />
      </colgroup>
      <thead>
        <tr>
          <td>
            <CheckAll
              label="Select all shown"
              checked={count === 0 ? 'none' : count === conflicts.length ? 'all' : 'some'}
              onChange={(isOn) => onChoose(new Set(isOn ? conflicts.map(({ id }) => id) : []))}
            />
          </td>
          <th scope="col">Record</th>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">On the remote</th>
          <th scope="col">Yours</th>
        </tr>
      </thead>
      {conflicts.map((conflict) => (
        <ConflictRows
          key={conflict.id}
          conflict={conflict}
          isChosen={chosen.has(conflict.id)}
          onToggle={() => {
            const next = new Set(chosen);
            if (!next.delete(conflict.id)) next.add(conflict.id);
            onChoose(next);
          }}
        />
      ))}
    </table>
  );
}

interface ConflictRowsProps {
  readonly conflict: Conflict;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function ConflictRows({ conflict, isChosen, onToggle }: ConflictRowsProps) {
  const openOverlay = useConsole((state) => state.openOverlay);
  const { recordId, recordKey, recordTitle, fields } = conflict;
  const collection = collections[conflict.collection];
  const rows = Math.max(1, fields.length);
  const cells = (at: number) => {
    const change = fields[at];
    if (!change) return <td colSpan={4}>No field differs</td>;
    const { field, from, now, yours } = change;
    const show = (value: typeof from) => conflictValue(collection, field, value);
    return (
      <>
        <td className={styles.label}>{fieldLabel(collection, field)}</td>
        <td className={styles.was} dir="auto">
          {show(from)}
        </td>
        <td className={cx(now !== from && styles.changed)} dir="auto">
          {show(now)}
        </td>
        <td className={cx(yours !== from && styles.changed)} dir="auto">
          {show(yours)}
        </td>
      </>
    );
  };
  return (
    <tbody className={cx(isChosen && styles.chosen)}>
      <tr>
        <td rowSpan={rows}>
          <input
            type="checkbox"
            aria-label={`Select ${collection.one} ${recordKey}`}
            checked={isChosen}
            onChange={onToggle}
          />
        </td>
        <th scope="rowgroup" rowSpan={rows}>
          <button
            type="button"
            className={styles.key}
            aria-label={`Open ${collection.one} ${recordKey}`}
            onClick={() => openOverlay({ kind: 'record', collection: conflict.collection, id: recordId })}
          >
            {fieldLabel(collection, 'key')} {recordKey}
          </button>{' '}
          <span dir="auto" title={recordTitle}>
            {recordTitle}
          </span>
        </th>
        {cells(0)}
      </tr>
      {fields.slice(1).map(({ field }, index) => (
        <tr key={field}>{cells(index + 1)}</tr>
      ))}
    </tbody>
  );
}
