import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { ChosenFile } from '../../../src-shared/contract/files.ts';
import { Button } from '../../components/button.tsx';
import { Sheet } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useConsole } from '../../state/context.tsx';
import type { ImportFlow } from './import-flow.ts';
import { columnFor } from './mapping-edit.ts';
import { MappingStep } from './mapping-step.tsx';
import { ReadingStep } from './reading-step.tsx';
import { type ImportCommands, useImportFlow } from './use-import-flow.ts';

interface ImportSheetProps {
  readonly collection: CollectionName;
  readonly file: ChosenFile;
  readonly onClose: () => void;
}

/** Brings a chosen file in, step by step: look at it, say what it is and what its columns mean, preview. */
export function ImportSheet({ collection, file, onClose }: ImportSheetProps) {
  const [flow, commands] = useImportFlow(collection, file);
  const { many } = collections[collection];
  return (
    <Sheet
      title={collection === 'tickets' ? 'Import tickets' : `Update ${many} from a file`}
      description={descriptionOf(flow)}
      onClose={onClose}
      footer={<Footer collection={collection} flow={flow} commands={commands} onClose={onClose} />}
    >
      <Step collection={collection} flow={flow} commands={commands} />
    </Sheet>
  );
}

interface StepProps {
  readonly collection: CollectionName;
  readonly flow: ImportFlow;
  readonly commands: ImportCommands;
}

function Step({ collection, flow, commands }: StepProps) {
  const isTakingFile = useConsole((state) => state.isTakingFile);
  switch (flow.step) {
    case 'choose':
      return (
        <>
          {flow.error && <ErrorNotice error={flow.error} />}
          <EmptyState
            icon="upload"
            title={`Choose a file of ${collections[collection].many}`}
            actions={
              <Button
                variant="primary"
                icon="folder"
                disabled={isTakingFile}
                onClick={() => void commands.choose()}
              >
                {isTakingFile ? 'Opening a file…' : 'Choose file'}
              </Button>
            }
          >
            A CSV file whose first line names the columns. It is read first; nothing is stored before you
            start what it leads to.
          </EmptyState>
        </>
      );
    case 'inspecting':
      return (
        <ReadingStep words={`Reading ${flow.file.name}`} {...flow} onStop={() => void commands.stop()} />
      );
    case 'planning':
      return (
        <ReadingStep
          words={`Checking every row of ${flow.file.name}`}
          {...flow}
          onStop={() => void commands.stop()}
        />
      );
    case 'mapping':
      return (
        <MappingStep
          collection={collection}
          flow={flow}
          onMapping={commands.changeMapping}
          onAim={commands.aim}
        />
      );
  }
}

function Footer({ collection, flow, commands, onClose }: StepProps & { readonly onClose: () => void }) {
  const isTakingFile = useConsole((state) => state.isTakingFile);
  if (flow.step !== 'mapping') {
    return (
      <>
        <Button onClick={onClose}>Close</Button>
        {flow.step === 'planning' && (
          // Where it was pressed, so that a double click closes nothing.
          <Button variant="primary" disabled>
            Preview
          </Button>
        )}
      </>
    );
  }
  const missing = whatIsMissing(collection, flow);
  return (
    <>
      {missing !== null && <span role="status">{missing}</span>}
      <Button icon="folder" disabled={isTakingFile} onClick={() => void commands.choose()}>
        {isTakingFile ? 'Opening a file…' : 'Choose another file'}
      </Button>
      <Button
        variant="primary"
        disabled={missing !== null || isTakingFile}
        onClick={() => void commands.preview()}
      >
        Preview
      </Button>
    </>
  );
}

/** What keeps a file from being previewed, or null. */
function whatIsMissing(
  collection: CollectionName,
  { inspection, mapping, isUpdate }: Extract<ImportFlow, { step: 'mapping' }>,
): string | null {
  const { many } = collections[collection];
  if (inspection.rows === 0) return 'The file has no row below its header. There is nothing to import.';
  if (isUpdate)
    return inspection.exportOf.includes(collection)
      ? null
      : `This is not an export of ${many} with their Number and Version. Export them, and edit that file.`;
  if (columnFor(mapping, inspection, 'key') === undefined)
    return 'Choose the column that identifies each ticket.';
  return mapping.source.trim() === '' ? 'Say where the tickets come from.' : null;
}

function descriptionOf(flow: ImportFlow): string {
  switch (flow.step) {
    case 'choose':
      if (flow.error && flow.fileName) return `${flow.fileName}: nothing was stored.`;
      return 'Nothing is stored before you have seen the preview.';
    case 'inspecting':
      return 'Nothing is stored before you have seen the preview.';
    case 'mapping':
      if (flow.isUpdate)
        return `${flow.file.name}: preview compares every cell with the present values and changes nothing.`;
      return `${flow.file.name}: say what the columns mean. Preview checks every row and changes nothing.`;
    case 'planning':
      return 'Nothing is stored yet.';
  }
}
