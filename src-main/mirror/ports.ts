import type { Engine } from '../engine/engine.ts';
import type { Emit } from '../engine/ports.ts';
import type { Host } from '../host.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { HostGate, Pause } from '../remotes/gate.ts';
import type { Remote } from '../remotes/remote.ts';
import type { Store } from '../store/store.ts';

/** A remote with what holds it open. */
export interface OpenedRemote extends Remote {
  /** Closing it ends all connections. */
  readonly gate: HostGate;
}

/** Begins to use a remote; asks nothing of it yet. */
export type OpenRemote = (options: {
  readonly address: string;
  readonly token: string;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Which workspace asks. */
  readonly workspaceId: () => Promise<string>;
  /** A pause that it asked for before the console was closed, and what keeps the next one. */
  readonly paused: Pause | null;
  readonly onPause: (paused: Pause | null) => void;
}) => OpenedRemote;

/** What mirrors work with. */
export interface MirrorPorts {
  readonly store: Store;
  readonly host: Pick<Host, 'keepSecret' | 'readSecret' | 'forgetSecret'>;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly openRemote: OpenRemote;
  /** Where the engine finds the remotes: kept up to date here. */
  readonly remotes: Map<string, Remote>;
  readonly engine: Pick<Engine, 'keepMine' | 'start' | 'abandon' | 'retell'>;
  /** Who is at the keyboard. */
  readonly actor: string;
  /** What a console of the same workspace calls it. */
  readonly workspaceId: () => Promise<string>;
  readonly emit: Emit;
  readonly report: (error: unknown, context: string) => void;
}
