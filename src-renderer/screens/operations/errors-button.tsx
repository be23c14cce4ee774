import { failuresOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { Button } from '../../components/button.tsx';
import { useConsole } from '../../state/context.tsx';
import { useLead } from './use-lead.ts';

/** Leads to what went wrong, by reason and with what to do about it; not there while nothing did. */
export function ErrorsButton({ operation }: { readonly operation: Operation }) {
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const lead = useLead();
  if (failuresOf(operation) === 0) return null;
  return (
    <Button size="small" onClick={() => lead(() => openHistoryAt(operation.id, 'errors'))}>
      Errors
    </Button>
  );
}
