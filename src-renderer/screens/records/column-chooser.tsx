import { collections } from '../../../src-shared/collections/index.ts';
import { SelectField } from '../../components/field.tsx';
import { FieldOrder } from '../../components/field-order.tsx';
import { Popover } from '../../components/popover.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './column-chooser.module.css';
import { columnsOf, possibleColumns } from './columns.ts';
import { useColumns } from './use-columns.ts';

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
  const name = useConsole((state) => state.collection);
  const chosen = useConsole((state) => state.settings.columns);
  const names = useColumns();
  const collection = collections[name];
  const density = useConsole((state) => state.settings.density);
  const updateSettings = useConsole((state) => state.updateSettings);
  const shown = columnsOf(collection, names);
  const hidden = possibleColumns(collection).filter((field) => !shown.includes(field));

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
      <h2 className={styles.heading}>Columns</h2>
      <FieldOrder
        chosen={shown}
        rest={hidden}
        needsOne
        onChange={(columns) => void updateSettings({ columns: { ...chosen, [name]: [...columns] } })}
      />
    </div>
  );
}
