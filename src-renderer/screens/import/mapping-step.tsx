import type { ImportInspection, ImportMapping } from '../../../src-shared/domain/import.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatBytes } from '../../format/numbers.ts';
import { ColumnTable } from './column-table.tsx';
import type { ImportFlow } from './import-flow.ts';
import styles from './mapping-step.module.css';
import { ReadingOptions } from './reading-options.tsx';

interface MappingStepProps {
  readonly flow: Extract<ImportFlow, { step: 'mapping' }>;
  readonly onMapping: (mapping: ImportMapping) => void;
}

/** What was found in the file, what was noticed, how to read it, and what each column becomes. */
export function MappingStep({ flow, onMapping }: MappingStepProps) {
  const { inspection, mapping, error } = flow;
  const filling = mapping.columns.filter(({ field }) => field !== null).length;
  return (
    <>
      {error && <ErrorNotice error={error} />}
      <p className={styles.facts}>
        {factsOf(inspection).join(' · ')}. {countOf(filling, 'column fills', 'columns fill')} a field of the
        ticket; the others are kept with it as extra fields.
      </p>
      {inspection.notes.length > 0 && (
        <section aria-label="Noticed in the file" className={styles.notes}>
          <Icon name="info" />
          <ul>
            {inspection.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
      <ReadingOptions mapping={mapping} onMapping={onMapping} />
      <ColumnTable inspection={inspection} mapping={mapping} onMapping={onMapping} />
    </>
  );
}

const delimiterWords = {
  ',': 'separated by commas',
  ';': 'separated by semicolons',
  '\t': 'separated by tabs',
  '|': 'separated by bars',
};
const encodingWords = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
};

function factsOf({ rows, columns, encoding, delimiter, bytes }: ImportInspection): string[] {
  return [
    countOf(rows, 'row', 'rows'),
    countOf(columns.length, 'column', 'columns'),
    formatBytes(bytes),
    `${encodingWords[encoding]}, ${delimiterWords[delimiter]}`,
  ];
}
