import { cx } from '../components/cx.ts';
import { Icon } from '../components/icon.tsx';
import { holdUpOf } from '../format/hold-up.ts';
import { useConsole } from '../state/context.tsx';
import { onRail } from '../state/operations-slice.ts';
import type { ConsoleState } from '../state/store.ts';
import { metaKey } from './meta-key.ts';
import styles from './nav-bar.module.css';
import { places } from './places.ts';
import { RemoteCalls, RemotesAway } from './remote-calls.tsx';

/** Where one can go. */
export function NavBar() {
  const current = useConsole((state) => state.screen);
  const goTo = useConsole((state) => state.goTo);
  const info = useConsole((state) => state.info);
  const openOverlay = useConsole((state) => state.openOverlay);
  return (
    <nav aria-label="Main" className={styles.nav}>
      <div className={styles.workspace} title={info?.workspace.path}>
        {info?.workspace.name ?? ' '}
      </div>
      <ul className={styles.places}>
        {places.map(({ screen, label, icon }) => (
          <li key={screen}>
            <button
              type="button"
              className={styles.place}
              aria-current={screen === current ? 'page' : undefined}
              onClick={() => goTo(screen)}
            >
              <Icon name={icon} />
              <span className={styles.label}>{label}</span>
              {screen === 'remotes' && <RemoteCalls />}
            </button>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <RemotesAway />
        <Running />
        <button type="button" className={styles.place} onClick={() => openOverlay({ kind: 'palette' })}>
          <Icon name="search" />
          <span className={styles.label}>Commands</span>
          <kbd className={styles.key}>{metaKey} K</kbd>
        </button>
        <button type="button" className={styles.place} onClick={() => openOverlay({ kind: 'shortcuts' })}>
          <Icon name="keyboard" />
          <span className={styles.label}>Shortcuts</span>
          <kbd className={styles.key}>?</kbd>
        </button>
      </div>
    </nav>
  );
}

function Running() {
  const words = useConsole((state) => wordsOf(underWay(state)));
  const isRunning = useConsole((state) => underWay(state).running > 0);
  const isAway = useConsole((state) => state.connection === 'lost');
  // Nobody knows while the console is away, and the window says that it is.
  if (words === '' || isAway) return null;
  return (
    <p className={cx(styles.running, !isRunning && styles.paused)} role="status">
      <span aria-hidden="true" className={styles.dot} />
      {words}
    </p>
  );
}

/** How many operations there are in each way of not being over yet. One that remotes hold up waits. */
function underWay({ operations, info, remotes }: ConsoleState) {
  const counts = { running: 0, waiting: 0, paused: 0 };
  for (const { operation, progress } of onRail(operations, info?.actor)) {
    const { state } = operation;
    if (state === 'paused') counts.paused += 1;
    else if (state === 'pending') counts.waiting += 1;
    else if (state === 'in_progress')
      counts[holdUpOf(operation, progress, remotes ?? []) ? 'waiting' : 'running'] += 1;
  }
  return counts;
}

/** "2 running · 1 paused". */
function wordsOf(counts: ReturnType<typeof underWay>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(' · ');
}
