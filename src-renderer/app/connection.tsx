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

/** For a page that the console does not know. */
export function Unauthorized() {
  return (
    <main className={styles.unauthorized}>
      <EmptyState icon="info" title="This page is not signed in">
        <p>
          The console runs and your data is untouched. Open the address that was printed when the console
          started: it holds the key. A console that was started again may have a new one.
        </p>
      </EmptyState>
    </main>
  );
}
