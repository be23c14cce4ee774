import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { StoredRemote } from '../store/store.ts';
import { createLink, type Link } from './link.ts';
import type { MirrorPorts, OpenedRemote } from './ports.ts';
import type { RemoteKeys } from './remote-keys.ts';
import type { Teller } from './teller.ts';

/** The remotes in use, where the engine finds them too. */
export interface Links {
  /** Begins to use a remote as it is stored; asks nothing of it yet. */
  add(stored: StoredRemote): Link;
  /** Resolves when it is used no more. */
  remove(stored: Pick<StoredRemote, 'id' | 'name'>): Promise<void>;
  removeAll(): Promise<void>;
  get(id: number): Link | undefined;
  all(): Iterable<Link>;
  /** One in use as it is stored now. Throws `not_found`. */
  find(id: number): Promise<{ stored: StoredRemote; link: Link }>;
  /** Opens a remote, with what writes down for how long it wants to be left alone. */
  open(remote: Pick<StoredRemote, 'id' | 'address' | 'paused'>, token: string): OpenedRemote;
}

export function createLinks(
  { store, clock, timer, openRemote, remotes, workspaceId, report }: MirrorPorts,
  keys: RemoteKeys,
  teller: Teller,
): Links {
  const links = new Map<number, Link>();

  function open(
    { id, address, paused }: Pick<StoredRemote, 'id' | 'address' | 'paused'>,
    token: string,
  ): OpenedRemote {
    const onPause = (next: StoredRemote['paused']): void => {
      store
        .write('updateRemote', { id, paused: next })
        .catch((error: unknown) => report(error, 'pause of a remote'));
    };
    return openRemote({ address, token, clock, timer, workspaceId, paused, onPause });
  }

  return {
    open,
    add: (stored) => {
      const token = keys.read(stored);
      const linkPorts = { store, clock, timer, report, onChange: teller.remotes, onRecords: teller.records };
      const link = createLink(linkPorts, stored, open(stored, token ?? ''), token !== null);
      links.set(stored.id, link);
      remotes.set(stored.name, link.remote);
      return link;
    },
    remove: async ({ id, name }) => {
      const link = links.get(id);
      remotes.delete(name);
      links.delete(id);
      await link?.stop();
    },
    removeAll: async () => {
      await Promise.all([...links.values()].map((one) => one.stop()));
      for (const [name, remote] of remotes)
        if ([...links.values()].some((one) => one.remote === remote)) remotes.delete(name);
      links.clear();
    },
    get: (id) => links.get(id),
    all: () => links.values(),
    find: async (id) => {
      const stored = (await store.read('listRemotes')).find((remote) => remote.id === id);
      const link = links.get(id);
      if (!stored || !link)
        throw new BulkheadError('not_found', 'There is no such remote in this workspace.');
      return { stored, link };
    },
  };
}
