import { tickets } from '../../../src-shared/collections/tickets.ts';
import { Button } from '../../components/button.tsx';
import { CheckField, SelectField } from '../../components/field.tsx';
import { Popover } from '../../components/popover.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './column-chooser.module.css';
import { columnsOf, possibleColumns } from './columns.ts';

/** Which columns the grid shows, in which order, and how high its rows are. */
export function ColumnChooser() {
  return (
    <Popover
      label=""
      title="Columns and density"
      align="end"
      button={{ icon: 'columns', 'aria-label': 'Columns and density' }}
    >
      {() => <ColumnList />}
    </Popover>
  );
}

function ColumnList() {
  const names = useConsole((state) => state.settings.columns);
  const density = useConsole((state) => state.settings.density);
  const updateSettings = useConsole((state) => state.updateSettings);
  const shown = columnsOf(tickets, names);
  const hidden = possibleColumns(tickets).filter((field) => !shown.includes(field));
  const keep = (columns: readonly string[]) => void updateSettings({ columns: [...columns] });
  const shownNames = shown.map((field) => field.name);

  const moveUp = (index: number) => {
    const moved = [...shownNames];
    moved.splice(index - 1, 0, ...moved.splice(index, 1));
    keep(moved);
  };

  return (
    <div className={styles.chooser}>
      <SelectField
        label="Row height"
        value={density}
        onChange={(event) =>
          void updateSettings({ density: event.target.value === 'compact' ? 'compact' : 'comfortable' })
        }
      >
        <option value="compact">Compact</option>
        <option value="comfortable">Comfortable</option>
      </SelectField>
      <h3 className={styles.heading}>Columns</h3>
      {shown.map((field, index) => (
        <div key={field.name} className={styles.line}>
          <CheckField
            label={field.label}
            checked
            disabled={shown.length === 1}
            onChange={() => keep(shownNames.filter((name) => name !== field.name))}
          />
          <Button
            variant="ghost"
            size="small"
            icon="arrowUp"
            disabled={index === 0}
            aria-label={`Move ${field.label} forward`}
            onClick={() => moveUp(index)}
          />
        </div>
      ))}
      {hidden.map((field) => (
        <CheckField
          key={field.name}
          label={field.label}
          checked={false}
          onChange={() => keep([...shownNames, field.name])}
        />
      ))}
    </div>
  );
}
