import { useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useBridge, useConsole } from '../../state/context.tsx';

const sampleTickets = 25_000;

/** An empty workspace: what it is for and the two ways to fill it. */
export function Welcome() {
  const bridge = useBridge();
  const importFile = useConsole((state) => state.importFile);
  const showPreview = useConsole((state) => state.showPreview);
  const [isPlanning, setPlanning] = useState(false);
  const [error, setError] = useState<ErrorDto | null>(null);

  const trySample = async () => {
    setPlanning(true);
    setError(null);
    try {
      showPreview(await bridge.request('sample.plan', { count: sampleTickets }));
    } catch (reason) {
      setError(toErrorDto(reason));
    } finally {
      setPlanning(false);
    }
  };

  return (
    <EmptyState
      icon="tickets"
      title="No tickets here yet"
      actions={
        <>
          <Button variant="primary" icon="upload" onClick={() => void importFile()}>
            Import a file
          </Button>
          <Button disabled={isPlanning} onClick={trySample}>
            {isPlanning ? 'Preparing…' : 'Try with sample tickets'}
          </Button>
        </>
      }
    >
      <p>
        Bring in a CSV file of tickets, or look around with 25,000 made-up ones. You see what would happen
        before anything is stored.
      </p>
      {error && <ErrorNotice error={error} />}
    </EmptyState>
  );
}
