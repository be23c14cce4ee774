import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { ImportInspection, ImportMapping } from '../../../src-shared/domain/import.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon } from '../../components/icon.tsx';
import { Segments } from '../../components/segments.tsx';
import { formatBytes } from '../../format/numbers.ts';
import { ColumnTable } from './column-table.tsx';
import type { ImportFlow } from './import-flow.ts';
import { stillHolds } from './mapping-edit.ts';
import styles from './mapping-step.module.css';
import { ReadingOptions } from './reading-options.tsx';

interface MappingStepProps {
  readonly collection: CollectionName;
  readonly flow: Extract<ImportFlow, { step: 'mapping' }>;
  readonly onMapping: (mapping: ImportMapping) => void;
  readonly onAim: (isUpdate: boolean) => void;
}

/** What was found in the file, what was noticed, what is to come of it, how to read it, and what each column becomes. */
export function MappingStep({ collection, flow, onMapping, onAim }: MappingStepProps) {
  const { inspection, mapping, isUpdate, error } = flow;
  const filling = mapping.columns.filter(({ field }) => field !== null).length;
  const others = filling < mapping.columns.length ? '; the others are kept with it as extra fields' : '';
  const { one, many } = collections[collection];
  const mappingNotes = isUpdate ? [] : inspection.mappingNotes;
  return (
    <>
      {error && <ErrorNotice error={error} />}
      <p className={styles.facts}>
        {factsOf(inspection).join(' · ')}.{' '}
        {!isUpdate && `${countOf(filling, 'column fills', 'columns fill')} a field of the ticket${others}.`}
      </p>
      {collection === 'tickets' && inspection.exportOf.includes('tickets') && (
        <Segments
          label="What is to come of the file"
          segments={[
            { id: 'update', label: 'Change the tickets it was exported from' },
            { id: 'create', label: 'Create new tickets' },
          ]}
          selected={isUpdate ? 'update' : 'create'}
          onSelect={(id) => onAim(id === 'update')}
        />
      )}
      {inspection.notes.length + mappingNotes.length > 0 && (
        <section aria-label="Noticed in the file" className={styles.notes}>
          <Icon name="info" />
          <ul>
            {inspection.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
            {mappingNotes.map((note) => (
              <li key={note.text}>
                {/* In its place, so that nothing moves under the choice that settled it. */}
                {stillHolds(note, mapping, inspection) ? note.text : <del>{note.text}</del>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {isUpdate && inspection.exportOf.includes(collection) && (
        <p>
          Each row is the {one} with its number, and cells that differ from it are edits. Where {many} have
          changed since the export they are left alone and listed.
        </p>
      )}
      {!isUpdate && (
        <>
          <ReadingOptions mapping={mapping} onMapping={onMapping} />
          <ColumnTable inspection={inspection} mapping={mapping} onMapping={onMapping} />
        </>
      )}
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
