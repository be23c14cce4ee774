import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { Host } from '../host.ts';
import type { Clock } from '../platform/clock.ts';
import type { Remotes } from '../remotes/remote.ts';
import type { Store } from '../store/store.ts';
import type { Agenda } from './schedule/agenda.ts';

/** Tells every window; with a client, that one alone. */
export type Emit = (event: ConsoleEvent, client?: string) => void;

/** For whom a plan is made: through which window or connection, which alone is told how far it is, and under which name. */
export interface Asker {
  readonly client: string;
  readonly actor: string;
}

/** What the engine works with. */
export interface EnginePorts {
  readonly store: Store;
  readonly host: Pick<Host, 'pathOf' | 'exportTarget' | 'forgetHandle' | 'notify'>;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly remotes: Remotes;
  readonly emit: Emit;
  /** Told of errors that have no one else to go to. */
  readonly report: (error: unknown, context: string) => void;
}
