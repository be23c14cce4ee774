import { fieldLabel, fieldOf } from '../../../src-shared/collections/field.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import type { ImportMapping, InspectedColumn } from '../../../src-shared/domain/import.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { SelectField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { withValue, wordsOf } from './mapping-edit.ts';
import styles from './value-mapping.module.css';

interface ValueMappingProps {
  readonly column: InspectedColumn;
  /** A field that takes one of a few values. */
  readonly field: string;
  readonly mapping: ImportMapping;
  readonly onMapping: (mapping: ImportMapping) => void;
}

/** What each word of a column means: the file's word, how often it occurs, and our value. */
export function ValueMapping({ column, field, mapping, onMapping }: ValueMappingProps) {
  const label = fieldLabel(tickets, field);
  if (!column.distinct) {
    return (
      <p className={styles.warning}>
        <Icon name="warning" /> This column holds too many different words for a {label.toLowerCase()}. Choose
        another column, or its rows are rejected.
      </p>
    );
  }
  const words = wordsOf(column);
  const meanings = new Map(Object.entries(mapping.values[field] ?? {}));
  const open = words.filter(({ value }) => !meanings.has(value));
  const openRows = open.reduce((sum, { count }) => sum + count, 0);
  return (
    <fieldset className={styles.values}>
      <legend className="visually-hidden">Words for {label}</legend>
      {words.map(({ value: word, count }) => (
        <Word
          key={word}
          word={word}
          count={count}
          field={field}
          meaning={meanings.get(word)}
          onMeaning={(meaning) => onMapping(withValue(mapping, field, word, meaning))}
        />
      ))}
      {open.length > 0 && (
        <p className={styles.warning} role="status">
          <Icon name="warning" /> Choose a value for {countOf(open.length, 'word', 'words')}, or{' '}
          {mapping.repeatedIds === 'events'
            ? 'tickets whose latest row holds such a word are rejected.'
            : `${countOf(openRows, 'row is', 'rows are')} rejected.`}
        </p>
      )}
    </fieldset>
  );
}

interface WordProps {
  readonly word: string;
  readonly count: number;
  readonly field: string;
  readonly meaning: string | undefined;
  readonly onMeaning: (meaning: string | null) => void;
}

function Word({ word, count, field, meaning, onMeaning }: WordProps) {
  return (
    <div className={styles.word}>
      <span className={styles.text} title={word} dir="auto">
        {word}
      </span>
      <span className={styles.count}>{formatNumber(count)}</span>
      <span className={styles.arrow} aria-hidden="true">
        →
      </span>
      <SelectField
        label={`What “${word}” means`}
        isLabelHidden
        value={meaning ?? ''}
        onChange={(event) => onMeaning(event.target.value || null)}
      >
        <option value="">Choose a value</option>
        {fieldOf(tickets, field)?.choices?.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
