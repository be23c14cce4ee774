import type { DateOrder, ImportMapping } from '../../../src-shared/domain/import.ts';
import { SelectField, TextField } from '../../components/field.tsx';
import { readsTimes, withReading } from './mapping-edit.ts';
import styles from './reading-options.module.css';

const dateOrderWords: Readonly<Record<DateOrder, string>> = {
  iso: 'Year-month-day (2026-03-09)',
  dmy: 'Day/month/year (9/3/2026)',
  mdy: 'Month/day/year (3/9/2026)',
  epoch: 'Seconds since 1970',
};

interface ReadingOptionsProps {
  readonly mapping: ImportMapping;
  readonly onMapping: (mapping: ImportMapping) => void;
}

/** How the file as a whole is read: where it comes from, the order of its dates, and what repeated ids mean. */
export function ReadingOptions({ mapping, onMapping }: ReadingOptionsProps) {
  return (
    <div className={styles.options}>
      <TextField
        label="Source"
        help="With its id it names a ticket for good. The same ticket is never imported twice."
        maxLength={200}
        required
        value={mapping.source}
        onChange={(event) => onMapping(withReading(mapping, { source: event.target.value }))}
      />
      <SelectField
        label="Rows with the same id"
        help={
          mapping.repeatedIds === 'events'
            ? 'The latest row is the state of the ticket.'
            : 'The first row is taken.'
        }
        value={mapping.repeatedIds}
        onChange={(event) =>
          onMapping(
            withReading(mapping, { repeatedIds: event.target.value === 'events' ? 'events' : 'reject' }),
          )
        }
      >
        <option value="reject">Are mistakes: reject the later ones</option>
        <option value="events">Are the events of one ticket</option>
      </SelectField>
      {readsTimes(mapping) && (
        <SelectField
          label="Dates are written"
          help="One order for the whole file."
          value={mapping.dateOrder}
          onChange={(event) =>
            onMapping(withReading(mapping, { dateOrder: event.target.value as DateOrder }))
          }
        >
          {Object.entries(dateOrderWords).map(([order, words]) => (
            <option key={order} value={order}>
              {words}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}
