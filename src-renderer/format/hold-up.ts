import { formatNumber } from '../../src-shared/domain/number-words.ts';
import type { Operation, Progress, Waiting } from '../../src-shared/domain/operation.ts';
import type { Remote, RemoteState } from '../../src-shared/domain/remote.ts';
import { isAway } from './remotes.ts';

export interface HoldUp {
  /** "Desk is offline." */
  readonly words: string;
  /** When it is tried again (epoch ms), where that is known. */
  readonly untilAt: number | null;
}

const reasonWords: Readonly<Record<Waiting['reason'], string>> = {
  pulling: 'is being read first',
  offline: 'is offline',
  unreachable: 'does not answer',
  rate_limited: 'asked for a pause',
  signed_out: 'does not take the key any more',
};

const reasonOf: Readonly<Record<RemoteState, Waiting['reason']>> = {
  ready: 'pulling',
  pulling: 'pulling',
  offline: 'offline',
  unreachable: 'unreachable',
  waiting: 'rate_limited',
  signed_out: 'signed_out',
};

/**
 * What an operation in progress waits for before it can go on sending to remotes: as the console says, or, until its
 * progress is known, as follows from the states of the remotes. Null if nothing holds it up.
 */
export function holdUpOf(
  { state, delivery }: Pick<Operation, 'state' | 'delivery'>,
  progress: Progress | null,
  remotes: readonly Remote[],
): HoldUp | null {
  if (progress?.waiting) {
    const { remote, reason, untilAt } = progress.waiting;
    return { words: `${remote} ${reasonWords[reason]}.`, untilAt };
  }
  const isIdle = delivery !== null && delivery.waiting > 0 && delivery.sending + delivery.checking === 0;
  if (progress || state !== 'in_progress' || !isIdle) return null;
  const away = remotes.filter((remote) => isAway(remote) && remote.waiting > 0);
  const [first] = away;
  if (!first) return null;
  return away.length === 1
    ? { words: `${first.name} ${reasonWords[reasonOf[first.state]]}.`, untilAt: first.retryAt }
    : { words: `${formatNumber(away.length)} remotes are away.`, untilAt: null };
}
