import { useEffect, useState } from 'react';
import { SelectField, TextField } from '../../components/field.tsx';
import { actionNames } from '../../format/actions.ts';
import { useConsole } from '../../state/context.tsx';
import { type HistoryFilter, type StateChoice, stateChoiceLabel, stateChoices } from './history-filter.ts';
import styles from './history-filters.module.css';

/** How long a pause in typing counts as the end of a word. */
const pauseMs = 200;
/** A year has four digits. */
const lastDay = '9999-12-31';

interface HistoryFiltersProps {
  readonly filter: HistoryFilter;
  readonly onChange: (filter: HistoryFilter) => void;
}

/** The search box and the choices of state, action and days over the history. */
export function HistoryFilters({ filter, onChange }: HistoryFiltersProps) {
  const actions = useConsole((state) => state.actions);
  const [search, setSearch] = useState(filter.search);

  // A filter that was cleared elsewhere empties the box; what is being typed stays.
  useEffect(() => setSearch(filter.search), [filter.search]);
  useEffect(() => {
    if (search === filter.search) return;
    const timer = setTimeout(() => onChange({ ...filter, search }), pauseMs);
    return () => clearTimeout(timer);
  }, [search, filter, onChange]);

  return (
    <search className={styles.filters}>
      <TextField
        label="Search the history"
        isLabelHidden
        type="search"
        placeholder="Search the history"
        maxLength={200}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <SelectField
        label="State"
        isLabelHidden
        value={filter.state}
        onChange={(event) => onChange({ ...filter, search, state: event.target.value as StateChoice })}
      >
        {stateChoices.map((choice) => (
          <option key={choice} value={choice}>
            {stateChoiceLabel(choice)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Action"
        isLabelHidden
        value={filter.action}
        onChange={(event) => onChange({ ...filter, search, action: event.target.value })}
      >
        <option value="">All actions</option>
        {[...actionNames(actions)].map(([label, names]) => (
          <option key={label} value={names.join(' ')}>
            {label}
          </option>
        ))}
      </SelectField>
      <div className={styles.days}>
        <DayField
          word="From"
          max={filter.upTo || lastDay}
          day={filter.from}
          onChange={(from) => onChange({ ...filter, search, from })}
        />
        <DayField
          word="Up to"
          min={filter.from}
          max={lastDay}
          day={filter.upTo}
          onChange={(upTo) => onChange({ ...filter, search, upTo })}
        />
      </div>
    </search>
  );
}

interface DayFieldProps {
  readonly word: string;
  readonly day: string;
  readonly min?: string;
  readonly max: string;
  readonly onChange: (day: string) => void;
}

function DayField({ word, day, onChange, ...limits }: DayFieldProps) {
  return (
    <div className={styles.day}>
      <span aria-hidden="true">{word}</span>
      <TextField
        label={`${word} the day`}
        isLabelHidden
        type="date"
        {...limits}
        value={day}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
