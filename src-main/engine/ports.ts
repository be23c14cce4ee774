import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { Host } from '../host.ts';
import type { Clock } from '../platform/clock.ts';
import type { Remotes } from '../remotes/remote.ts';
import type { Store } from '../store/store.ts';
import type { Agenda } from './schedule/agenda.ts';

export type Emit = (event: ConsoleEvent) => void;

/** What the engine works with. */
export interface EnginePorts {
  readonly store: Store;
  readonly host: Pick<Host, 'pathOf' | 'notify'>;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly remotes: Remotes;
  readonly emit: Emit;
  /** Who is at the keyboard. */
  readonly actor: string;
  /** Told of errors that have no one else to go to. */
  readonly report: (error: unknown, context: string) => void;
}
