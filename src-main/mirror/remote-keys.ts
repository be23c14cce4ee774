import type { StoredRemote } from '../store/store.ts';
import type { MirrorPorts } from './ports.ts';

/** A key is only ever shown to the address that it was entered for. */
type Door = Pick<StoredRemote, 'id' | 'address'>;

/** The keys of remotes, where the host keeps secrets. */
export interface RemoteKeys {
  keep(door: Door, key: string): void;
  /** Null where there is none to be had: the remote then asks to sign in again, and the others go on. */
  read(door: Door & Pick<StoredRemote, 'name'>): string | null;
  forget(door: Door): void;
}

export function createRemoteKeys({ host, report }: Pick<MirrorPorts, 'host' | 'report'>): RemoteKeys {
  const nameOf = ({ id, address }: Door): string => `${id} ${address}`;
  return {
    keep: (door, key) => host.keepSecret(nameOf(door), key),
    read: (door) => {
      try {
        return host.readSecret(nameOf(door));
      } catch (error) {
        report(error, `key of ${door.name}`);
        return null;
      }
    },
    forget: (door) => host.forgetSecret(nameOf(door)),
  };
}
