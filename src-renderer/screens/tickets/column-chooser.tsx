import { tickets } from '../../../src-shared/collections/tickets.ts';
import { SelectField } from '../../components/field.tsx';
import { FieldOrder } from '../../components/field-order.tsx';
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
      <FieldOrder
        chosen={shown}
        rest={hidden}
        needsOne
        onChange={(columns) => void updateSettings({ columns: [...columns] })}
      />
    </div>
  );
}
