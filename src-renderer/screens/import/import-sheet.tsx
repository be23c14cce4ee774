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
  readonly file: ChosenFile;
  readonly onClose: () => void;
}

/** Brings a chosen file in, step by step: look at it, say what its columns mean, preview. */
export function ImportSheet({ file, onClose }: ImportSheetProps) {
  const [flow, commands] = useImportFlow(file);
  return (
    <Sheet
      title="Import tickets"
      description={descriptionOf(flow)}
      onClose={onClose}
      footer={<Footer flow={flow} commands={commands} onClose={onClose} />}
    >
      <Step flow={flow} commands={commands} />
    </Sheet>
  );
}

interface StepProps {
  readonly flow: ImportFlow;
  readonly commands: ImportCommands;
}

function Step({ flow, commands }: StepProps) {
  const isTakingFile = useConsole((state) => state.isTakingFile);
  switch (flow.step) {
    case 'choose':
      return (
        <>
          {flow.error && <ErrorNotice error={flow.error} />}
          <EmptyState
            icon="upload"
            title="Choose a file of tickets"
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
            start the import.
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
      return <MappingStep flow={flow} onMapping={commands.changeMapping} />;
  }
}

function Footer({ flow, commands, onClose }: StepProps & { readonly onClose: () => void }) {
  const isTakingFile = useConsole((state) => state.isTakingFile);
  if (flow.step !== 'mapping') return <Button onClick={onClose}>Close</Button>;
  const hasKey = columnFor(flow.mapping, flow.inspection, 'key') !== undefined;
  const hasRows = flow.inspection.rows > 0;
  const hasSource = flow.mapping.source.trim() !== '';
  return (
    <>
      {!hasRows && (
        <span role="status">Below its header the file holds no row. There is nothing to import.</span>
      )}
      {hasRows && !hasKey && <span role="status">Choose the column that names each ticket.</span>}
      {hasRows && hasKey && !hasSource && <span role="status">Say where the tickets come from.</span>}
      <Button icon="folder" disabled={isTakingFile} onClick={() => void commands.choose()}>
        {isTakingFile ? 'Opening a file…' : 'Choose another file'}
      </Button>
      <Button
        variant="primary"
        disabled={!hasRows || !hasKey || !hasSource || isTakingFile}
        onClick={() => void commands.preview()}
      >
        Preview
      </Button>
    </>
  );
}

function descriptionOf(flow: ImportFlow): string {
  switch (flow.step) {
    case 'choose':
      if (flow.error && flow.fileName) return `${flow.fileName}: nothing was stored.`;
      return 'Nothing is stored before you start the import.';
    case 'inspecting':
      return 'Nothing is stored before you start the import.';
    case 'mapping':
      return `${flow.file.name}: say what the columns mean. Preview checks every row and changes nothing.`;
    case 'planning':
      return 'Nothing is stored yet.';
  }
}
