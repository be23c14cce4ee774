import { countOf, formatNumber } from '../../src-shared/domain/number-words.ts';
import type { Remote, RemoteState } from '../../src-shared/domain/remote.ts';
import type { Look } from './looks.ts';

export const remoteLooks: Readonly<Record<RemoteState, Look>> = {
  ready: { word: 'Connected', tone: 'success', icon: 'done' },
  pulling: { word: 'Reading', tone: 'info', icon: 'download' },
  offline: { word: 'Offline', tone: 'warning', icon: 'offline' },
  unreachable: { word: 'No answer', tone: 'danger', icon: 'error' },
  waiting: { word: 'Waiting', tone: 'warning', icon: 'clock' },
  signed_out: { word: 'Signed out', tone: 'danger', icon: 'error' },
};

const whatIsTheMatter: Readonly<Record<RemoteState, string | null>> = {
  ready: null,
  pulling: null,
  offline: 'You took it offline. You can keep working here; nothing is sent or fetched.',
  unreachable: 'It does not answer. You can keep working here.',
  waiting: 'It asked for a pause. You can keep working here.',
  signed_out: 'It no longer accepts the key. You can keep working here; sign in again to send your changes.',
};

/** Whether a remote can be told nothing as things stand. */
export function isAway({ state }: Pick<Remote, 'state'>): boolean {
  return state !== 'ready' && state !== 'pulling';
}

/** What is the matter with a remote, as a sentence; null when nothing is. */
export function matterOf({ state, message }: Pick<Remote, 'state' | 'message'>): string | null {
  return message ?? whatIsTheMatter[state];
}

/** "1 change waits", "5,000 changes wait". */
export function waitingChanges(count: number): string {
  return countOf(count, 'change waits', 'changes wait');
}

/** What the window says wherever one is, while remotes are away: "Offline: 5,000 changes wait"; null while none is. */
export function awayWords(remotes: readonly Remote[]): string | null {
  const away = remotes.filter(isAway);
  const [first] = away;
  if (!first) return null;
  const word =
    away.length === 1 ? remoteLooks[first.state].word : `${formatNumber(away.length)} remotes away`;
  const waiting = away.reduce((sum, remote) => sum + remote.waiting, 0);
  return waiting === 0 ? word : `${word}: ${waitingChanges(waiting)}`;
}

/** What needs somebody: how many conflicts, and whether one has to sign in again. */
export function callsOf(remotes: readonly Remote[]): { conflicts: number; isTroubled: boolean } {
  return {
    conflicts: remotes.reduce((sum, remote) => sum + remote.conflicts, 0),
    isTroubled: remotes.some(({ state }) => state === 'signed_out' || state === 'unreachable'),
  };
}
