import { collectionNames, collections } from '../../../src-shared/collections/index.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Mirror, Remote } from '../../../src-shared/domain/remote.ts';
import { Button } from '../../components/button.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { RemoteStatusBadge } from '../../components/status-badge.tsx';
import { useNow } from '../../components/use-now.ts';
import { matterOf, waitingChanges } from '../../format/remotes.ts';
import { formatExact, formatMoment } from '../../format/times.ts';
import { useConsole } from '../../state/context.tsx';
import styles from './remotes.module.css';

interface RemoteCardProps {
  readonly remote: Remote;
  readonly onSignIn: () => void;
  readonly onRemove: () => void;
}

/** One remote: how it stands, who the user is there, what is here of it, and what still goes there. */
export function RemoteCard({ remote, onSignIn, onRemove }: RemoteCardProps) {
  const { name, address, user, role, mirrors } = remote;
  return (
    <article aria-label={name} className={styles.card} data-state={remote.state}>
      <header className={styles.cardHeader}>
        <div className={styles.names}>
          <div className={styles.title}>
            <h2 dir="auto">{name}</h2>
            <RemoteStatusBadge state={remote.state} />
          </div>
          <p className={styles.address}>
            <span className={styles.mono}>{address}</span> ·{' '}
            {remote.state === 'signed_out' ? 'was signed in as' : 'signed in as'} {user} ({role})
          </p>
        </div>
        <RemoteButtons remote={remote} onSignIn={onSignIn} onRemove={onRemove} />
      </header>
      <Matter remote={remote} />
      <ul aria-label={`What is here of ${name}`} className={styles.mirrors}>
        {inOrder(mirrors).map((mirror) => (
          <MirrorLine key={mirror.collection} mirror={mirror} />
        ))}
      </ul>
      <Outgoing remote={remote} />
    </article>
  );
}

/** As the navigation has them. */
function inOrder(mirrors: readonly Mirror[]): readonly Mirror[] {
  const place = ({ collection }: Mirror) => collectionNames.indexOf(collection);
  return [...mirrors].sort((a, b) => place(a) - place(b));
}

function RemoteButtons({ remote, onSignIn, onRemove }: RemoteCardProps) {
  const pull = useConsole((state) => state.pullRemote);
  const setOffline = useConsole((state) => state.setRemoteOffline);
  const isLost = useConsole((state) => state.connection !== 'connected');
  const { id, name, isOffline, state } = remote;
  const isSignedOut = state === 'signed_out';
  const more = [
    ...(isSignedOut
      ? []
      : [{ id: 'sign_in', label: 'Key or address…', icon: 'person' as const, onSelect: onSignIn }]),
    { id: 'remove', label: 'Remove…', icon: 'trash' as const, isDanger: true, onSelect: onRemove },
  ];
  return (
    <div className={styles.buttons}>
      {isSignedOut && (
        <Button size="small" variant="primary" icon="person" disabled={isLost} onClick={onSignIn}>
          Sign in again…
        </Button>
      )}
      {!isSignedOut && !isOffline && (
        <Button
          size="small"
          icon="refresh"
          disabled={isLost || state === 'pulling'}
          onClick={() => void pull(id)}
        >
          Get changes now
        </Button>
      )}
      <Button
        size="small"
        icon={isOffline ? 'play' : 'offline'}
        disabled={isLost}
        onClick={() => void setOffline(id, !isOffline)}
      >
        {isOffline ? 'Go online' : 'Go offline'}
      </Button>
      <Menu
        title={`More about ${name}`}
        label={null}
        align="end"
        button={{ size: 'small', variant: 'ghost', icon: 'more', 'aria-label': `More about ${name}` }}
        items={more}
      />
    </div>
  );
}

function Matter({ remote }: { readonly remote: Remote }) {
  const matter = matterOf(remote);
  if (matter === null) return null;
  return (
    <p className={styles.matter} role="status">
      <Icon name="warning" />
      <span>
        {matter}
        {remote.retryAt !== null && (
          <>
            {' '}
            Tries again in <Countdown at={remote.retryAt} />.
          </>
        )}
      </span>
    </p>
  );
}

function MirrorLine({ mirror }: { readonly mirror: Mirror }) {
  const nowMs = useNow();
  const { label, one, many } = collections[mirror.collection];
  const isReading = mirror.pulled !== null;
  return (
    <li className={styles.mirror}>
      <span className={styles.collection}>{label}</span>
      <span className={styles.number}>{formatNumber(mirror.records)} here</span>
      {mirror.pulled !== null && (
        <span className={styles.reading}>
          <ProgressBar label={`${label} being read`} value={mirror.pulled} total={null} />
          <span>{countOf(mirror.pulled, one, many)} read so far</span>
        </span>
      )}
      {!isReading && mirror.pulledAt !== null && (
        <span className={styles.faint} title={formatExact(mirror.pulledAt)}>
          complete as of {formatMoment(mirror.pulledAt, nowMs)}
        </span>
      )}
      {!isReading && mirror.pulledAt === null && <span className={styles.faint}>not complete yet</span>}
    </li>
  );
}

function Outgoing({ remote }: { readonly remote: Remote }) {
  const openConflicts = useConsole((state) => state.openConflicts);
  const { id, waiting, conflicts } = remote;
  if (waiting + conflicts === 0) return null;
  return (
    <footer className={styles.outgoing}>
      {waiting > 0 && (
        <span className={styles.waiting}>
          <Icon name="clock" />
          {waitingChanges(waiting)} to be sent
        </span>
      )}
      {conflicts > 0 && (
        <>
          <span className={styles.conflicts}>
            <Icon name="warning" />
            {countOf(conflicts, 'record was', 'records were')} changed on both sides
          </span>
          <Button size="small" variant="primary" onClick={() => openConflicts({ remoteId: id })}>
            Decide…
          </Button>
        </>
      )}
    </footer>
  );
}
