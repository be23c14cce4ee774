import type { OperationState } from '../../src-shared/domain/operation.ts';
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
  const heldUp = useConsole(countHeldUp);
  const running = useConsole((state) => countIn(state, 'in_progress')) - heldUp;
  const waiting = useConsole((state) => countIn(state, 'pending')) + heldUp;
  const paused = useConsole((state) => countIn(state, 'paused'));
  const isAway = useConsole((state) => state.connection === 'lost');
  // Nobody knows while the console is away, and the window says that it is.
  if (running + waiting + paused === 0 || isAway) return null;
  const words = [
    running > 0 && `${running} running`,
    waiting > 0 && `${waiting} waiting`,
    paused > 0 && `${paused} paused`,
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <p className={cx(styles.running, running === 0 && styles.paused)} role="status">
      <span aria-hidden="true" className={styles.dot} />
      {words}
    </p>
  );
}

/** Operations that are under way and wait for a remote. */
function countHeldUp({ operations, info, remotes }: ConsoleState): number {
  return onRail(operations, info?.actor).filter(
    ({ operation, progress }) => holdUpOf(operation, progress, remotes ?? []) !== null,
  ).length;
}

function countIn({ operations, info }: ConsoleState, state: OperationState): number {
  return onRail(operations, info?.actor).filter(({ operation }) => operation.state === state).length;
}
