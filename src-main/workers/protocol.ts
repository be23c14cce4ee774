import type { MessagePort } from 'node:worker_threads';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import { toBulkheadError } from '../platform/coded-error.ts';

/** A table of functions that a thread answers, each called with its own state first (a database connection). */
export type Methods<State> = Readonly<Record<string, (state: State, args: never) => unknown>>;

export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly args: unknown;
}

export type AnswerMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorDto; readonly stack: string };

/** What a thread says once, when it is ready to be called or cannot be. */
export type ReadyMessage = { readonly ready: true } | { readonly ready: false; readonly error: ErrorDto };

/**
 * Answers calls on a port with a table of methods. One that answers a promise lets others in before it. Results that own
 * a buffer hand it over instead of copying it.
 */
export function serve<State>(port: MessagePort, state: State, methods: Methods<State>): void {
  async function answer({ id, method, args }: CallMessage): Promise<void> {
    try {
      const run = methods[method];
      if (!run || !Object.hasOwn(methods, method)) throw new Error(`no method ${method}`);
      const value = await run(state, args as never);
      const transfer =
        value instanceof Float64Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
      port.postMessage({ id, ok: true, value } satisfies AnswerMessage, transfer);
    } catch (error) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      port.postMessage({
        id,
        ok: false,
        error: toBulkheadError(error).toDto(),
        stack,
      } satisfies AnswerMessage);
    }
  }
  port.on('message', (call: CallMessage) => void answer(call));
}

/** The buffers of the bytes in what is sent: they are handed over instead of copied, and gone where they were. */
export function handedOver(message: unknown): ArrayBuffer[] {
  if (typeof message !== 'object' || message === null) return [];
  return Object.values(message).flatMap((value) =>
    value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}
