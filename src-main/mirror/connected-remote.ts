import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { Gate, Remote, Shut, SignedIn } from '../remotes/remote.ts';
import type { OpenedRemote } from './ports.ts';

/** A remote as the engine has it: the same one over sign-ins, told of no collection before what changed in it there is known here. */
export interface ConnectedRemote extends Remote {
  readonly gate: Gate;
  /** Why it is not to be asked at all, for pulls too; null while it may be. */
  shut(): Shut | null;
  /** What changed there in a collection is known: changes of ours may go out, until it is out of reach again. */
  align(collection: CollectionName): void;
  isAligned(collection: CollectionName): boolean;
  /** Something became of deliveries without their being sent. */
  wake(): void;
  setOffline(isOffline: boolean): void;
  /** Tries it now, whatever pause it asked for; does nothing if it is signed out or offline by choice. */
  tryNow(): void;
  /** Goes on with another key. */
  signIn(opened: OpenedRemote, who: SignedIn): void;
  close(): void;
}

const pulling: Shut = {
  reason: 'pulling',
  untilAt: null,
  message: 'What changed there is fetched first.',
};
const signedOut: Shut = {
  reason: 'signed_out',
  untilAt: null,
  message: 'Its key is not kept here any more.',
};

/**
 * `collections` are those that are pulled from it; `onShut` is called whenever requests to it may go out again or may
 * not any more.
 */
export function connectRemote(
  first: {
    opened: OpenedRemote;
    hasKey: boolean;
    isOffline: boolean;
    who: SignedIn;
    collections: readonly CollectionName[];
  },
  onShut: () => void,
): ConnectedRemote {
  const listeners = new Set<() => void>();
  let { opened, hasKey, isOffline, who } = first;
  /** What changed in these there may not be known here. */
  let behind = new Set<string>(first.collections);
  let unwatch = watch();

  function shut(): Shut | null {
    const why = opened.gate.shut();
    if (why?.reason === 'offline' || hasKey) return why;
    return signedOut;
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function watch(): () => void {
    opened.gate.setOffline(isOffline);
    return opened.gate.onChange(note);
  }

  function fallBehind(): void {
    behind = new Set(first.collections);
  }

  /** Comes before those who send look at the gate: what was shut is not open again before it was pulled. */
  function note(): void {
    if (shut() !== null) fallBehind();
    onShut();
    tell();
  }

  return {
    get capabilities() {
      return { ...opened.capabilities, ...who };
    },
    gate: {
      shut: (collection) => shut() ?? (collection !== undefined && behind.has(collection) ? pulling : null),
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    send: (batch, signal) => opened.send(batch, signal),
    readBack: (batch, signal) => opened.readBack(batch, signal),
    pull: (collection, cursor, signal) => opened.pull(collection, cursor, signal),
    get: (collection, keys, signal) => opened.get(collection, keys, signal),
    connect: (signal) => opened.connect(signal),
    shut,
    align: (collection) => {
      if (shut() === null && behind.delete(collection)) tell();
    },
    isAligned: (collection) => !behind.has(collection),
    wake: tell,
    setOffline: (next) => {
      isOffline = next;
      opened.gate.setOffline(next);
    },
    tryNow: () => {
      const why = shut()?.reason;
      if (why === 'unreachable' || why === 'rate_limited') opened.gate.open();
    },
    signIn: (next, nextWho) => {
      unwatch();
      opened.gate.close();
      opened = next;
      who = nextWho;
      hasKey = true;
      fallBehind();
      unwatch = watch();
      note();
    },
    close: () => {
      unwatch();
      opened.gate.close();
      listeners.clear();
    },
  };
}
