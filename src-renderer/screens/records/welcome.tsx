import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useBridge, useConsole } from '../../state/context.tsx';

const sampleCounts: Readonly<Record<CollectionName, number>> = {
  tickets: 25_000,
  sessions: 2_500,
  videos: 2_500,
  orders: 2_500,
};

/** A list without any record: what it is for, and how it is filled. */
export function Welcome() {
  const name = useConsole((state) => state.collection);
  return name === 'tickets' ? <FirstTickets /> : <FirstRecords name={name} />;
}

/** Records of other collections come from remotes. */
function FirstRecords({ name }: { readonly name: CollectionName }) {
  const { many } = collections[name];
  const goTo = useConsole((state) => state.goTo);
  return (
    <EmptyState
      icon={name}
      title={`No ${many} here yet`}
      actions={
        <>
          <Button variant="primary" onClick={() => goTo('remotes')}>
            Connect a remote
          </Button>
          <TrySample collection={name} />
        </>
      }
    >
      <p>
        {collections[name].label} come from a remote that has them. Or look around with{' '}
        {formatNumber(sampleCounts[name])} made-up ones: you see what would happen before anything is stored.
      </p>
    </EmptyState>
  );
}

function FirstTickets() {
  const importFile = useConsole((state) => state.importFile);
  const isTakingFile = useConsole((state) => state.isTakingFile);
  return (
    <EmptyState
      icon="tickets"
      title="No tickets here yet"
      actions={
        <>
          <Button variant="primary" icon="upload" disabled={isTakingFile} onClick={() => void importFile()}>
            {isTakingFile ? 'Opening a file…' : 'Import a file'}
          </Button>
          <TrySample collection="tickets" />
        </>
      }
    >
      <p>
        Bring in a CSV file of tickets, or look around with {formatNumber(sampleCounts.tickets)} made-up ones.
        You see what would happen before anything is stored.
      </p>
    </EmptyState>
  );
}

/** Plans made-up records, and shows what that would do. */
function TrySample({ collection }: { readonly collection: CollectionName }) {
  const bridge = useBridge();
  const preview = useConsole((state) => state.preview);
  const isPlanning = useConsole((state) => state.isPlanning);
  const count = sampleCounts[collection];

  return (
    <Button
      disabled={isPlanning}
      onClick={() => void preview(() => bridge.request('sample.plan', { collection, count }))}
    >
      {isPlanning ? 'Preparing…' : `Try with sample ${collections[collection].many}`}
    </Button>
  );
}
