import type { EventName, EventPayload } from '../src-shared/contract/index.ts';
import type { Reply } from '../src-shared/contract/index.ts';
import type { Host } from './host.ts';

export interface ConsoleOptions {
  /** The workspace folder; created when it does not exist. */
  readonly workspace: string;
  readonly host: Host;
  readonly version: string;
  /** Who is at the keyboard: written into the history. */
  readonly actor: string;
}

export type EventListener = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

/** A running console: the only thing that a host holds on to. */
export interface Console {
  /** Answers one request. Never rejects: every failure is a reply with a coded error. `client` names the window that asks. */
  handle(client: string, message: unknown): Promise<Reply>;
  /** Tells every event to the listener until the returned function is called. */
  subscribe(listener: EventListener): () => void;
  /** Forgets what is kept for a window that has gone. */
  forget(client: string): void;
  /** How many operations are under way: asked before quitting. */
  runningOperations(): number;
  /** Stops at the next chunk border and closes the database; what was under way goes on at the next start. */
  close(): Promise<void>;
}

/** Opens a workspace. Throws `workspace_*` errors when it cannot be used. */
export async function openConsole(_options: ConsoleOptions): Promise<Console> {
  throw new Error('under construction');
}
