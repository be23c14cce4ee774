import type { Gate, Remote, Shut } from '../remotes/remote.ts';
import type { OpenedRemote } from './ports.ts';

/** A remote as the engine has it: the same one over sign-ins, told of nothing before what changed there is known here. */
export interface ConnectedRemote extends Remote {
  readonly gate: Gate;
  /** Why it is not to be asked at all, for pulls too; null while it may be. */
  shut(): Shut | null;
  /** What changed there is known: changes of ours may go out, until it is out of reach again. */
  align(): void;
  isAligned(): boolean;
  /** Something became of deliveries without their being sent. */
  wake(): void;
  setOffline(isOffline: boolean): void;
  /** It is to be tried now, whatever it asked for; does nothing where it is signed out or offline by choice. */
  tryNow(): void;
  /** Goes on with another key; `keysSinceAt` is since when it is one of this user. */
  signIn(opened: OpenedRemote, keysSinceAt: number | null): void;
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

/** `onShut` is told whenever it may be asked again or no longer. */
export function connectRemote(
  first: { opened: OpenedRemote; hasKey: boolean; isOffline: boolean; keysSinceAt: number | null },
  onShut: () => void,
): ConnectedRemote {
  const listeners = new Set<() => void>();
  let { opened, hasKey, isOffline, keysSinceAt } = first;
  let aligned = false;
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

  /** Comes before those who send look at the gate: what was shut is not open again before it was pulled. */
  function note(): void {
    if (shut() !== null) aligned = false;
    onShut();
    tell();
  }

  return {
    get capabilities() {
      return { ...opened.capabilities, keysSinceAt };
    },
    gate: {
      shut: () => shut() ?? (aligned ? null : pulling),
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
    align: () => {
      if (aligned || shut() !== null) return;
      aligned = true;
      tell();
    },
    isAligned: () => aligned,
    wake: tell,
    setOffline: (next) => {
      isOffline = next;
      opened.gate.setOffline(next);
    },
    tryNow: () => {
      const why = shut()?.reason;
      if (why === 'unreachable' || why === 'rate_limited') opened.gate.open();
    },
    signIn: (next, sinceAt) => {
      unwatch();
      opened.gate.close();
      opened = next;
      keysSinceAt = sinceAt;
      hasKey = true;
      aligned = false;
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
