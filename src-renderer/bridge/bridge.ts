import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ChosenFile } from '../../src-shared/contract/files.ts';
import {
  EventMessage,
  type EventName,
  type EventPayload,
  events,
  Reply,
  type RequestInput,
  type RequestName,
  type RequestOutput,
  requests,
} from '../../src-shared/contract/index.ts';

/** `lost` while the console cannot be reached; `unauthorized` when it does not know this page. */
export type Connection = 'connected' | 'lost' | 'unauthorized';

/** An event with its payload checked, told apart by `name`. */
export type BridgeEvent = {
  [N in EventName]: { readonly name: N; readonly payload: EventPayload<N> };
}[EventName];

/** The window's only road to the console. */
export interface Bridge {
  /** Asks and waits for the answer. Rejects with a `BulkheadError` for every failure. */
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>;
  /** Tells every event until the returned function is called. */
  subscribe(listener: (event: BridgeEvent) => void): () => void;
  /** Asks the user for a file; null when they thought better of it. */
  chooseFile(): Promise<ChosenFile | null>;
  /** Puts text into the clipboard. Rejects where the system or the browser refuses. */
  copy(text: string): Promise<void>;
  /** Tells when the connection comes and goes; `connected` again means that events may have been missed. */
  onConnection(listener: (connection: Connection) => void): () => void;
}

/** The value of a reply, checked against the contract. Throws the console's error, or `internal` for nonsense. */
export function openReply<N extends RequestName>(name: N, raw: unknown): RequestOutput<N> {
  const reply = Reply.safeParse(raw);
  if (!reply.success) throw misunderstood(name, reply.error);
  if (!reply.data.ok) throw BulkheadError.fromDto(reply.data.error);
  const value = requests[name].output.safeParse(reply.data.value);
  if (!value.success) throw misunderstood(name, value.error);
  return value.data as RequestOutput<N>;
}

/** An event as it arrived, checked against the contract. Throws for one that the contract does not know. */
export function openEvent(raw: unknown): BridgeEvent {
  const message = EventMessage.parse(raw);
  return { name: message.name, payload: events[message.name].parse(message.payload) } as BridgeEvent;
}

function misunderstood(name: RequestName, cause: unknown): BulkheadError {
  return new BulkheadError(
    'internal',
    `The console gave an answer to ${name} that this window does not understand. The window changed nothing.`,
    { cause },
  );
}

/** Who listens to something, and telling all of them. */
export interface Listeners<T> {
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

/** A set of listeners that can be told things. */
export function createListeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => all.delete(listener);
    },
    tell: (value) => {
      for (const listener of all) listener(value);
    },
  };
}
