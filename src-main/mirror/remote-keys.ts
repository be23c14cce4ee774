import type { StoredRemote } from '../store/store.ts';
import type { MirrorPorts } from './ports.ts';

/** A key is only ever shown to the address that it was entered for. */
type KeyedRemote = Pick<StoredRemote, 'id' | 'address'>;

/** The keys of remotes, where the host keeps secrets. */
export interface RemoteKeys {
  keep(remote: KeyedRemote, key: string): void;
  /** Null where there is none to be had: the remote then asks to sign in again, and the others go on. */
  read(remote: KeyedRemote & Pick<StoredRemote, 'name'>): string | null;
  forget(remote: KeyedRemote): void;
}

export function createRemoteKeys({ host, report }: Pick<MirrorPorts, 'host' | 'report'>): RemoteKeys {
  const nameOf = ({ id, address }: KeyedRemote): string => `${id} ${address}`;
  return {
    keep: (remote, key) => host.keepSecret(nameOf(remote), key),
    read: (remote) => {
      try {
        return host.readSecret(nameOf(remote));
      } catch (error) {
        report(error, `key of ${remote.name}`);
        return null;
      }
    },
    forget: (remote) => host.forgetSecret(nameOf(remote)),
  };
}
