import type { Socket } from './socket.ts';

/** How long messages are kept for a client that went away. */
export const absenceMs = 5 * 60_000;
/** Messages that are kept for it; of a longer absence the oldest are dropped, and it is told so. */
export const maxKept = 1_000;

export interface Message {
  readonly type: string;
  readonly operation_id?: string;
  readonly [field: string]: unknown;
}

/** What one user is told, on every connection that they have open, or later when they are briefly away. */
export interface Mailbox {
  attach(socket: Socket): void;
  tell(message: Message): void;
}

/** `onForgotten` is called once nobody has come back in time. */
export function createMailbox(onForgotten: () => void): Mailbox {
  const sockets = new Set<Socket>();
  /**
   * What is not known to have arrived on any connection, by when it was told. One that was lost without a word looks as if
   * it were open until a ping remains without an answer.
   */
  let kept: { readonly nth: number; readonly message: Message }[] = [];
  let count = 0;
  let dropped = 0;
  let absence: NodeJS.Timeout | undefined;

  function keep(message: Message): void {
    // Of how far an operation has come, only the last word counts.
    if (message.type === 'bulk_operation_progress')
      kept = kept.filter(
        ({ message: old }) => old.type !== message.type || old.operation_id !== message.operation_id,
      );
    count += 1;
    kept.push({ nth: count, message });
    if (kept.length <= maxKept) return;
    kept.shift();
    dropped += 1;
  }

  /** Whoever is attached was told everything up to now, so all of it is forgotten when that has arrived. */
  function forgetOnArrival(socket: Socket): void {
    const last = count;
    socket.onArrival(() => {
      const left = kept.filter(({ nth }) => nth > last);
      if (left.length < kept.length) dropped = 0;
      kept = left;
    });
  }

  return {
    attach: (socket) => {
      clearTimeout(absence);
      sockets.add(socket);
      if (dropped > 0) socket.send({ type: 'messages_dropped', count: dropped });
      for (const { message } of kept) socket.send(message);
      forgetOnArrival(socket);
      socket.onClose(() => {
        sockets.delete(socket);
        if (sockets.size === 0) absence = setTimeout(onForgotten, absenceMs).unref();
      });
    },
    tell: (message) => {
      keep(message);
      for (const socket of sockets) {
        socket.send(message);
        forgetOnArrival(socket);
      }
    },
  };
}
