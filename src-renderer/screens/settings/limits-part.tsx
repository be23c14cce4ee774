import { type FormEvent, useState } from 'react';
import { CollectionName, collectionNames, collections } from '../../../src-shared/collections/index.ts';
import type { ActionInfo } from '../../../src-shared/contract/actions.ts';
import type { Limit } from '../../../src-shared/domain/limit.ts';
import { countOf, formatDuration } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { actionLabel } from '../../format/actions.ts';
import { useConsole } from '../../state/context.tsx';
import { Part } from './part.tsx';
import styles from './settings-screen.module.css';

const hourMs = 3_600_000;

/** How much one operation may touch and how often one may be started. The limit of an action counts before that of all. */
export function LimitsPart() {
  const limits = useConsole((state) => state.settings.limits);
  const actions = useConsole((state) => state.actions);
  const updateSettings = useConsole((state) => state.updateSettings);
  const keep = (next: readonly Limit[]) => void updateSettings({ limits: [...next] });

  return (
    <Part title="Limits">
      <p>
        {limits.length === 0 && 'There are no limits until you set one. '}
        An operation over a limit is refused before anything changes.
      </p>
      {limits.length > 0 && (
        <ul className={styles.rows}>
          {limits.map((limit) => (
            <li key={`${limit.collection}/${limit.action}`} className={styles.row}>
              <span className={styles.rowWords}>
                <strong>{nameOf(limit, actions)}</strong>
                <span className={styles.muted}>{limitWords(limit)}</span>
              </span>
              <Button
                size="small"
                variant="ghost"
                icon="trash"
                aria-label={`Remove the limit of ${nameOf(limit, actions)}`}
                onClick={() => keep(limits.filter((other) => other !== limit))}
              />
            </li>
          ))}
        </ul>
      )}
      <NewLimit onAdd={(limit) => keep([...limits.filter((other) => !isSame(other, limit)), limit])} />
    </Part>
  );
}

/** What a limit is on: "Orders: every action". */
function nameOf({ collection, action }: Limit, actions: readonly ActionInfo[]): string {
  return `${collections[collection].label}: ${action === '*' ? 'every action' : actionLabel(action, actions)}`;
}

function isSame(a: Limit, b: Limit): boolean {
  return a.collection === b.collection && a.action === b.action;
}

function limitWords({ collection, maxRecords, rate }: Limit): string {
  const { one, many } = collections[collection];
  const words = [];
  if (maxRecords !== null) words.push(`at most ${countOf(maxRecords, one, many)} at once`);
  if (rate)
    words.push(`${countOf(rate.count, 'operation', 'operations')} in ${rateTime(rate.perMs)} per person`);
  return words.join(' · ');
}

function rateTime(perMs: number): string {
  return perMs === hourMs ? 'an hour' : formatDuration(perMs);
}

function NewLimit({ onAdd }: { readonly onAdd: (limit: Limit) => void }) {
  const actions = useConsole((state) => state.actions);
  const [collection, setCollection] = useState<CollectionName>('tickets');
  const [action, setAction] = useState('*');
  const [records, setRecords] = useState('');
  const [perHour, setPerHour] = useState('');
  const maxRecords = wholeOf(records);
  const count = wholeOf(perHour);
  const isWrong = maxRecords === undefined || count === undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWrong || (maxRecords === null && count === null)) return;
    const rate = count === null ? null : { count, perMs: hourMs };
    onAdd({ collection, action, maxRecords, rate });
    setRecords('');
    setPerHour('');
  };

  return (
    <form className={styles.limitForm} onSubmit={submit} noValidate>
      <SelectField
        label="Records"
        value={collection}
        onChange={({ target }) => {
          setCollection(CollectionName.parse(target.value));
          setAction('*');
        }}
      >
        {collectionNames.map((name) => (
          <option key={name} value={name}>
            {collections[name].label}
          </option>
        ))}
      </SelectField>
      <SelectField label="Action" value={action} onChange={({ target }) => setAction(target.value)}>
        <option value="*">Every action</option>
        {actions
          .filter((one) => one.collection === collection)
          .map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
      </SelectField>
      <NumberField
        label="Most at once"
        value={records}
        isWrong={maxRecords === undefined}
        onChange={setRecords}
      />
      <NumberField
        label="Operations per hour"
        value={perHour}
        isWrong={count === undefined}
        onChange={setPerHour}
      />
      <Button
        type="submit"
        icon="plus"
        disabled={isWrong || (records.trim() === '' && perHour.trim() === '')}
      >
        Set limit
      </Button>
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly isWrong: boolean;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, value, isWrong, onChange }: NumberFieldProps) {
  return (
    <TextField
      label={label}
      inputMode="numeric"
      autoComplete="off"
      placeholder="No limit"
      value={value}
      error={isWrong ? 'Give a whole number.' : undefined}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

/** A whole number of at least one; null for nothing typed, undefined for anything else. */
function wholeOf(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text.replaceAll(',', ''));
  return Number.isInteger(value) && value >= 1 ? value : undefined;
}
