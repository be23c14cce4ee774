import type { Field } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import { SelectField } from '../../components/field.tsx';
import { FieldOrder } from '../../components/field-order.tsx';
import { Popover } from '../../components/popover.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './column-chooser.module.css';
import { possibleColumns } from './columns.ts';

/** Which columns the grid shows, in which order, and how high its rows are. */
export function ColumnChooser({ shown }: { readonly shown: readonly Field[] }) {
  return (
    <Popover
      label=""
      title="Columns and density"
      align="end"
      button={{ icon: 'columns', 'aria-label': 'Columns and density' }}
    >
      {() => <ColumnList shown={shown} />}
    </Popover>
  );
}

function ColumnList({ shown }: { readonly shown: readonly Field[] }) {
  const name = useConsole((state) => state.collection);
  const chosen = useConsole((state) => state.settings.columns);
  const collection = collections[name];
  const density = useConsole((state) => state.settings.density);
  const updateSettings = useConsole((state) => state.updateSettings);
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
