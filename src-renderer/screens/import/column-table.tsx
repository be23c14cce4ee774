import { Fragment } from 'react';
import type { ImportInspection, ImportMapping, InspectedColumn } from '../../../src-shared/domain/import.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { cx } from '../../components/cx.ts';
import { SelectField } from '../../components/field.tsx';
import { formatPercent } from '../../format/numbers.ts';
import styles from './column-table.module.css';
import { columnFor, isChoice, mappableFields, withColumn } from './mapping-edit.ts';
import { ValueMapping } from './value-mapping.tsx';

interface ColumnTableProps {
  readonly inspection: ImportInspection;
  readonly mapping: ImportMapping;
  readonly onMapping: (mapping: ImportMapping) => void;
}

/** One row per column of the file: what is in it and which field it fills. */
export function ColumnTable({ inspection, mapping, onMapping }: ColumnTableProps) {
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Columns of the file and the fields they fill</caption>
      <thead>
        <tr>
          <th scope="col">Column in the file</th>
          <th scope="col" className={styles.filled}>
            Filled
          </th>
          <th scope="col" className={styles.becomes}>
            Becomes
          </th>
        </tr>
      </thead>
      <tbody>
        {inspection.columns.map((column) => {
          const field = mapping.columns.find((entry) => entry.column === column.index)?.field ?? null;
          return (
            <Fragment key={column.index}>
              <tr className={cx(field !== null && styles.mapped)}>
                <th scope="row">
                  <ColumnWords column={column} />
                </th>
                <td
                  className={styles.filled}
                  title={`${formatNumber(column.filled)} of ${formatNumber(inspection.rows)}`}
                >
                  {column.filled === 0 ? 'empty' : shareOf(column.filled, inspection.rows)}
                </td>
                <td>
                  <FieldChoice
                    column={column}
                    field={field}
                    inspection={inspection}
                    mapping={mapping}
                    onMapping={onMapping}
                  />
                </td>
              </tr>
              {field !== null && isChoice(field) && (
                <tr>
                  <td colSpan={3} className={styles.values}>
                    <ValueMapping column={column} field={field} mapping={mapping} onMapping={onMapping} />
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function ColumnWords({ column }: { readonly column: InspectedColumn }) {
  const samples = column.samples.join(' · ');
  return (
    <>
      <div className={styles.header} dir="auto">
        {column.header || `Column ${column.index + 1}`}
      </div>
      {samples && (
        <div className={styles.samples} title={samples} dir="auto">
          {samples}
        </div>
      )}
    </>
  );
}

interface FieldChoiceProps extends ColumnTableProps {
  readonly column: InspectedColumn;
  readonly field: string | null;
}

function FieldChoice({ column, field, inspection, mapping, onMapping }: FieldChoiceProps) {
  return (
    <SelectField
      label={`What “${column.header || `Column ${column.index + 1}`}” becomes`}
      isLabelHidden
      value={field ?? ''}
      onChange={(event) =>
        onMapping(withColumn(mapping, inspection, column.index, event.target.value || null))
      }
    >
      <option value="">Keep as extra field</option>
      {mappableFields.map(({ name, label }) => {
        const taken = name === field ? undefined : columnFor(mapping, inspection, name);
        return (
          <option key={name} value={name}>
            {name === 'key' ? 'Ticket id' : label}
            {taken && ` (instead of “${taken.header}”)`}
          </option>
        );
      })}
    </SelectField>
  );
}

/** A share that is never rounded up to all. */
function shareOf(filled: number, rows: number): string {
  return filled > 0 && filled * 100 < rows ? 'under 1%' : formatPercent(filled, rows);
}
