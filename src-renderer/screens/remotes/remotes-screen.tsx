import { useState } from 'react';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useConsole } from '../../state/context.tsx';
import { ConflictsScreen } from '../conflicts/conflicts-screen.tsx';
import { AddRemoteDialog } from './add-remote-dialog.tsx';
import { RemoteCard } from './remote-card.tsx';
import styles from './remotes.module.css';
import { RemoveDialog } from './remove-dialog.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';

type Open =
  | { readonly kind: 'add' }
  | { readonly kind: 'sign_in'; readonly remote: Remote }
  | { readonly kind: 'remove'; readonly remote: Remote };

/** The remotes of this workspace; or, after a link to them, their conflicts to decide. */
export function RemotesScreen() {
  const scope = useConsole((state) => state.conflictScope);
  return scope ? <ConflictsScreen key={JSON.stringify(scope)} scope={scope} /> : <RemoteList />;
}

function RemoteList() {
  const remotes = useConsole((state) => state.remotes);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const isEmpty = remotes?.length === 0;
  const add = (
    <Button variant={isEmpty ? 'primary' : 'secondary'} icon="plus" onClick={() => setOpen({ kind: 'add' })}>
      Add remote
    </Button>
  );
  return (
    <section aria-label="Remotes" className={styles.screen}>
      <header className={styles.header}>
        <h1>Remotes</h1>
        {remotes && !isEmpty && add}
      </header>
      {!remotes && <SkeletonRows rows={4} />}
      {isEmpty && (
        <EmptyState icon="remote" title="No remotes yet" actions={add}>
          A remote is another system, such as the Bulkhead of another office. Its records are copied here. You
          change them as usual, even without a connection, and each change is sent to it and confirmed.
        </EmptyState>
      )}
      {remotes?.map((remote) => (
        <RemoteCard
          key={remote.id}
          remote={remote}
          onSignIn={() => setOpen({ kind: 'sign_in', remote })}
          onRemove={() => setOpen({ kind: 'remove', remote })}
        />
      ))}
      {open?.kind === 'add' && <AddRemoteDialog onClose={close} />}
      {open?.kind === 'sign_in' && <SignInDialog remote={open.remote} onClose={close} />}
      {open?.kind === 'remove' && <RemoveDialog remote={open.remote} onClose={close} />}
    </section>
  );
}
