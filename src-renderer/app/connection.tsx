import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Icon } from '../components/icon.tsx';
import { useConsole } from '../state/context.tsx';
import styles from './shell.module.css';

/** Says that the console is away, and that nothing is lost by it. */
export function ConnectionNotice() {
  const connection = useConsole((state) => state.connection);
  const info = useConsole((state) => state.info);
  // Before the first answer there is nothing to be missed.
  if (connection !== 'lost' || !info) return null;
  return (
    <div className={styles.away} role="status">
      <Icon name="offline" />
      <span>
        The console cannot be reached. What was running is safe on disk. This window comes back by itself.
      </span>
    </div>
  );
}

/** For a window that is there before its workspace is open. Invisible at first, so that a small one does not flicker. */
export function OpeningNotice() {
  const isOpen = useConsole((state) => state.info !== null);
  const connection = useConsole((state) => state.connection);
  if (isOpen || connection !== 'connected') return null;
  return (
    <div role="status" className={styles.opening}>
      <EmptyState title="Opening the workspace…">
        It is looked through for damage first, which takes some seconds where there are many records.
      </EmptyState>
    </div>
  );
}

/** For a page that the console does not know. It has stopped asking; what is here leads in. */
export function Unauthorized() {
  return (
    <main className={styles.unauthorized}>
      <EmptyState
        icon="info"
        title="This page is not signed in"
        actions={<Button onClick={() => location.reload()}>Try again</Button>}
      >
        <p>The console runs and your data is untouched. It only shows itself to pages that have its key.</p>
        <ol className={styles.steps}>
          <li>Go to the terminal in which the console was started.</li>
          <li>
            Copy the address that it printed. It begins with <code>{location.origin}/#token=</code> and ends
            with the key.
          </li>
          <li>Open that address here. A console that was started again may have a new one.</li>
        </ol>
      </EmptyState>
    </main>
  );
}
