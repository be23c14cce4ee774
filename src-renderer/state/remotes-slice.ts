import type { RequestInput } from '../../src-shared/contract/index.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import { createNews } from './news.ts';
import type { Slice } from './slice.ts';

/** Whose conflicts are shown. */
export type ConflictScope =
  | { readonly remoteId: number; readonly operationId?: undefined }
  | { readonly operationId: number; readonly remoteId?: undefined };

export interface RemotesSlice {
  /** By name; null until they were asked for. */
  readonly remotes: readonly Remote[] | null;
  /** Whose conflicts the screen of remotes shows; null for the remotes themselves. */
  readonly conflictScope: ConflictScope | null;

  loadRemotes(): Promise<void>;
  applyRemotes(remotes: readonly Remote[]): void;
  /** Connects to a remote. Rejects with what the form should say; what was typed as its key is kept nowhere here. */
  addRemote(remote: RequestInput<'remotes.add'>): Promise<void>;
  /** Gives a remote another key, at another address too. Rejects with what the form should say. */
  signIn(door: RequestInput<'remotes.sign_in'>): Promise<void>;
  /** Forgets a remote. Rejects with why it is kept. */
  removeRemote(id: number): Promise<void>;
  pullRemote(id: number): Promise<void>;
  setRemoteOffline(id: number, isOffline: boolean): Promise<void>;
  openConflicts(scope: ConflictScope): void;
}

export const createRemotesSlice: Slice<RemotesSlice> = (set, get, bridge) => {
  const news = createNews<'remotes'>();
  /** Takes an answer about a remote, unless events know better. */
  const putAnswer = async (ask: () => Promise<Remote>) => {
    const isTold = news.since();
    const remote = await ask();
    if (isTold('remotes')) return;
    const others = (get().remotes ?? []).filter(({ id }) => id !== remote.id);
    set({ remotes: [...others, remote].sort((a, b) => a.name.localeCompare(b.name)) });
  };
  /** Asks for something that no form waits for; what goes wrong is shown above the screen. */
  const orNotice = async (ask: () => Promise<Remote>) => {
    try {
      await putAnswer(ask);
    } catch (error) {
      get().showNotice(error);
    }
  };

  return {
    remotes: null,
    conflictScope: null,

    loadRemotes: async () => {
      const isTold = news.since();
      const { remotes } = await bridge.request('remotes.list', {});
      if (!isTold('remotes')) set({ remotes });
    },
    applyRemotes: (remotes) => {
      news.told('remotes');
      set({ remotes });
    },
    addRemote: (remote) => putAnswer(() => bridge.request('remotes.add', remote)),
    signIn: (door) => putAnswer(() => bridge.request('remotes.sign_in', door)),
    removeRemote: async (id) => {
      await bridge.request('remotes.remove', { id });
      set({ remotes: (get().remotes ?? []).filter((remote) => remote.id !== id) });
    },
    pullRemote: (id) => orNotice(() => bridge.request('remotes.pull', { id })),
    setRemoteOffline: (id, isOffline) =>
      orNotice(() => bridge.request('remotes.set_offline', { id, isOffline })),
    openConflicts: (conflictScope) =>
      set({ screen: 'remotes', conflictScope, historyFocus: null, overlay: { kind: 'none' } }),
  };
};
