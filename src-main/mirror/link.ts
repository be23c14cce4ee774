import { type CollectionName, collections } from '../../src-shared/collections/index.ts';
import { countOf } from '../../src-shared/domain/number-words.ts';
import type { Remote as RemoteDto, RemoteState } from '../../src-shared/domain/remote.ts';
import type { Remote, Shut, SignedIn } from '../remotes/remote.ts';
import type { StoredRemote } from '../store/store.ts';
import { connectRemote } from './connected-remote.ts';
import type { OpenedRemote } from './ports.ts';
import { createPuller, type Puller, type PullerPorts } from './puller.ts';

/** One remote in use: pulled again and again, as long as it may be asked. */
export interface Link {
  /** As the engine has it. */
  readonly remote: Remote;
  /** How it stands, for what the database knows of it and how many records of it are here. */
  describe(stored: StoredRemote, records: ReadonlyMap<CollectionName, number>): RemoteDto;
  /** Asks, if it may be asked. */
  pull(): void;
  /** Asks because the user wants it, also during a pause that it asked for. */
  tryNow(): void;
  setOffline(isOffline: boolean): void;
  signIn(opened: OpenedRemote, who: SignedIn): void;
  /** Deliveries may have been settled without being sent. */
  wake(): void;
  /** Asks nothing more. Resolves when what was under way has ended. */
  stop(): Promise<void>;
}

type LinkPorts = Omit<PullerPorts, 'remote' | 'signal'>;

export function createLink(
  ports: LinkPorts,
  { id, name, mirrors, isOffline, keysSinceAt, role }: StoredRemote,
  opened: OpenedRemote,
  hasKey: boolean,
): Link {
  const stopping = new AbortController();
  const names = mirrors.map(({ collection }) => collection);
  const first = { opened, hasKey, isOffline, who: { keysSinceAt, role }, collections: names };
  const connected = connectRemote(first, () => {
    pull();
    ports.onChange();
  });
  const pullers = names.map((collection) =>
    createPuller(
      { ...ports, remote: connected, signal: stopping.signal },
      { remoteId: id, name, collection },
    ),
  );

  function pull(): void {
    if (stopping.signal.aborted || connected.shut() !== null) return;
    for (const puller of pullers) puller.pull();
  }

  function describe(stored: StoredRemote, records: ReadonlyMap<CollectionName, number>): RemoteDto {
    const shut = connected.shut();
    const counted = new Map(pullers.map(({ collection, pulled }) => [collection, pulled()]));
    const { mirrors: known } = stored;
    const refused = known.reduce((sum, one) => sum + one.refused, 0);
    return {
      id: stored.id,
      name: stored.name,
      address: stored.address,
      user: stored.user,
      role: stored.role,
      isOffline: stored.isOffline,
      waiting: stored.waiting,
      conflicts: stored.conflicts,
      createdAt: stored.createdAt,
      state: shut ? stateOf(shut) : stateOfPulls(),
      message: shut?.message ?? troubleWords(pullers) ?? refusedWords(refused),
      retryAt: shut?.untilAt ?? null,
      mirrors: known.map(({ collection, pulledAt }) => ({
        collection,
        records: records.get(collection) ?? 0,
        pulledAt,
        pulled: counted.get(collection) ?? null,
      })),
    };
  }

  /** One collection that cannot be pulled says nothing of how the others stand. */
  function stateOfPulls(): RemoteState {
    const going = pullers.filter(({ trouble }) => trouble() === null);
    if (going.length === 0) return 'unreachable';
    const isPulling = going.some(
      ({ collection, pulled }) => pulled() !== null || !connected.isAligned(collection),
    );
    return isPulling ? 'pulling' : 'ready';
  }

  return {
    remote: connected,
    describe,
    pull,
    tryNow: () => {
      connected.tryNow();
      pull();
    },
    setOffline: connected.setOffline,
    signIn: connected.signIn,
    wake: connected.wake,
    stop: async () => {
      stopping.abort();
      connected.close();
      await Promise.all(pullers.map((puller) => puller.ended()));
    },
  };
}

function stateOf({ reason }: Shut): RemoteState {
  switch (reason) {
    case 'rate_limited':
      return 'waiting';
    default:
      return reason;
  }
}

/** Null while all collections can be pulled. */
function troubleWords(pullers: readonly Puller[]): string | null {
  const troubles = pullers.flatMap(({ collection, trouble }) => {
    const words = trouble();
    return words === null ? [] : [`${collections[collection].label}: ${words}`];
  });
  return troubles.length === 0 ? null : troubles.join(' ');
}

function refusedWords(count: number): string | null {
  if (count === 0) return null;
  return `${countOf(count, 'of its records is', 'of its records are')} not here: refused by the database.`;
}
