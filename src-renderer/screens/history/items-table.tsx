import { type Collection, fieldLabel } from '../../../src-shared/collections/field.ts';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { type Item, reasons } from '../../../src-shared/domain/item.ts';
import { CheckAll } from '../../components/check-all.tsx';
import { cx } from '../../components/cx.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import type { Pages } from '../../components/pager.ts';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { DeliveryBadge, ItemStatusBadge } from '../../components/status-badge.tsx';
import { deliveryReason } from '../../format/deliveries.ts';
import { unlistedFields } from '../../format/values.ts';
import { useConsole } from '../../state/context.tsx';
import { ChangeList } from '../record/change-list.tsx';
import styles from './items-table.module.css';

/** Which items are chosen, by seq. Only what `canBeChosen` can be. */
interface Choice {
  readonly chosen: ReadonlySet<number>;
  readonly onChange: (chosen: ReadonlySet<number>) => void;
}

interface ItemsTableProps {
  readonly collection: CollectionName;
  readonly pages: Pages<Item>;
  readonly onMore: () => void;
  /** Null shows no check boxes. */
  readonly choice: Choice | null;
  /** Shows what their remotes were told. */
  readonly isTold: boolean;
}

/**
 * One line per record: which, what became of it and why, and its fields before and after. Where remotes were told there
 * are two states to show, and the fields stand below the record, so that all of it fits beside the other panels.
 */
export function ItemsTable({ collection: name, pages, onMore, choice, isTold }: ItemsTableProps) {
  const { label, one, many } = collections[name];
  if (pages.status === 'loading') return <SkeletonRows rows={8} />;
  if (pages.rows.length === 0 && pages.status === 'ready') {
    return <EmptyState title={`No ${many} here`}>No {one} of this operation is in this state.</EmptyState>;
  }
  return (
    <div className={styles.scroller}>
      <table className={cx(styles.table, isTold && styles.told)}>
        <caption className="visually-hidden">{label} of the operation</caption>
        <colgroup>
          {choice && <col className={styles.check} />}
          <col className={styles.ticket} />
          <col className={styles.state} />
          <col className={isTold ? styles.there : undefined} />
        </colgroup>
        <thead>
          <tr>
            {choice && <ChooseAll rows={pages.rows} choice={choice} />}
            <th scope="col">
              {fieldLabel(collections[name], 'key')}
              {isTold && ', before → after'}
            </th>
            <th scope="col">{isTold ? 'Here' : 'State'}</th>
            <th scope="col">{isTold ? 'There' : 'Before → after'}</th>
          </tr>
        </thead>
        <tbody>
          {pages.rows.map((item) => (
            <ItemRow key={item.seq} collection={name} item={item} choice={choice} isTold={isTold} />
          ))}
        </tbody>
      </table>
      <LoadMore pages={pages} onMore={onMore} />
    </div>
  );
}

/** What was done and stands, to be undone; also what a remote may not have, to be settled. */
function canBeChosen({ state, undoneBy, delivery }: Item): boolean {
  return state === 'done' && (undoneBy === null || delivery?.state === 'unknown');
}

function ChooseAll({ rows, choice }: { readonly rows: readonly Item[]; readonly choice: Choice }) {
  const { chosen, onChange } = choice;
  const choosable = new Set(rows.filter(canBeChosen).map(({ seq }) => seq));
  const count = [...choosable].filter((seq) => chosen.has(seq)).length;
  const toggleAll = (isOn: boolean) =>
    onChange(
      isOn ? new Set([...chosen, ...choosable]) : new Set([...chosen].filter((seq) => !choosable.has(seq))),
    );
  return (
    <td>
      <CheckAll
        label="Select all shown that were done"
        checked={count === 0 ? 'none' : count === choosable.size ? 'all' : 'some'}
        disabled={choosable.size === 0}
        onChange={toggleAll}
      />
    </td>
  );
}

function Choose(props: { readonly one: string; readonly item: Item; readonly choice: Choice }) {
  const { one, item, choice } = props;
  const { chosen, onChange } = choice;
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(item.seq)) next.add(item.seq);
    onChange(next);
  };
  return (
    <td>
      {canBeChosen(item) && (
        <input
          type="checkbox"
          aria-label={`Select ${one} ${item.recordKey}`}
          checked={chosen.has(item.seq)}
          onChange={toggle}
        />
      )}
    </td>
  );
}

interface ItemRowProps {
  readonly collection: CollectionName;
  readonly item: Item;
  readonly choice: Choice | null;
  readonly isTold: boolean;
}

function ItemRow({ collection: name, item, choice, isTold }: ItemRowProps) {
  const collection = collections[name];
  const openOverlay = useConsole((state) => state.openOverlay);
  const { recordId } = item;
  const happened = <WhatHappened collection={collection} item={item} />;
  return (
    <tr className={choice?.chosen.has(item.seq) ? styles.chosen : undefined}>
      {choice && <Choose one={collection.one} item={item} choice={choice} />}
      <th scope="row">
        <div className={styles.record} title={item.recordTitle}>
          {recordId === null ? (
            <span className={styles.key}>{item.recordKey}</span>
          ) : (
            <button
              type="button"
              className={styles.key}
              aria-label={`Open ${collection.one} ${item.recordKey}`}
              onClick={() => openOverlay({ kind: 'record', collection: name, id: recordId })}
            >
              {item.recordKey}
            </button>
          )}
          <span className={styles.title} dir="auto">
            {item.recordTitle}
          </span>
        </div>
        {isTold && happened}
      </th>
      <td>
        <ItemStatusBadge state={item.state} isUndone={item.undoneBy !== null} />
        {item.undoneBy !== null && <UndoneBy operationId={item.undoneBy} />}
      </td>
      <td>{isTold ? <ToldThere item={item} /> : happened}</td>
    </tr>
  );
}

/** Leads to the operation that took the record back. */
function UndoneBy({ operationId }: { readonly operationId: number }) {
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  return (
    <button
      type="button"
      className={cx(styles.key, styles.undoneBy)}
      aria-label={`Undone by #${operationId}`}
      title={`Undone by #${operationId}: show in history`}
      onClick={() => openHistoryAt(operationId)}
    >
      #{operationId}
    </button>
  );
}

/** What the remote was told, and why it said no. */
function ToldThere({ item: { delivery } }: { readonly item: Item }) {
  if (!delivery) return null;
  const reason = delivery.code === null ? null : deliveryReason(delivery.code);
  return (
    <>
      <DeliveryBadge delivery={delivery} />
      {reason !== null && <div className={styles.reason}>{reason}</div>}
    </>
  );
}

/** The change that was made; else why none was, and the one that is still to come or was left out, so that none is taken for the other. */
function WhatHappened({ collection, item }: { readonly collection: Collection; readonly item: Item }) {
  const { state, reason, before, after } = item;
  const change = (
    <ChangeList
      collection={collection}
      before={before}
      after={after}
      without={before === null ? unlistedFields(collection) : []}
      isCompact
    />
  );
  if (state === 'done') return change;
  return (
    <div className={styles.notMade}>
      {reason && <div className={styles.reason}>{reasons[reason]}</div>}
      {before !== null && (
        <div className={styles.planned}>
          <span>{state === 'planned' ? 'Planned:' : 'Not made:'}</span> {change}
        </div>
      )}
    </div>
  );
}
