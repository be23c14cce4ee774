import { countOf, formatNumber } from '../../src-shared/domain/number-words.ts';
import { Icon } from '../components/icon.tsx';
import { awayWords, callsOf } from '../format/remotes.ts';
import { useConsole } from '../state/context.tsx';
import styles from './remote-calls.module.css';

/** Beside the way to the remotes: how many records have to be decided, or that one of them is in trouble. */
export function RemoteCalls() {
  const conflicts = useConsole((state) => callsOf(state.remotes ?? []).conflicts);
  const isTroubled = useConsole((state) => callsOf(state.remotes ?? []).isTroubled);
  if (conflicts === 0 && !isTroubled) return null;
  const words =
    conflicts > 0 ? countOf(conflicts, 'conflict to decide', 'conflicts to decide') : 'needs attention';
  return (
    <span className={styles.badge} title={words}>
      <span aria-hidden="true">{conflicts > 0 ? formatNumber(conflicts) : '!'}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

/** Wherever one is: that remotes can be told nothing, and how much waits for them. */
export function RemotesAway() {
  const words = useConsole((state) => awayWords(state.remotes ?? []));
  const isLost = useConsole((state) => state.connection === 'lost');
  const goTo = useConsole((state) => state.goTo);
  return (
    <div role="status">
      {words !== null && !isLost && (
        <button
          type="button"
          className={styles.away}
          title={`${words}. Show remotes`}
          onClick={() => goTo('remotes')}
        >
          <Icon name="offline" />
          <span className={styles.words}>{words}</span>
        </button>
      )}
    </div>
  );
}
