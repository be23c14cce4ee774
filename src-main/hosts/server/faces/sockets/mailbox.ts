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
  let kept: Message[] = [];
  let dropped = 0;
  let absence: NodeJS.Timeout | undefined;

  function keep(message: Message): void {
    // Of how far an operation has come, only the last word counts.
    if (message.type === 'bulk_operation_progress')
      kept = kept.filter((old) => old.type !== message.type || old.operation_id !== message.operation_id);
    kept.push(message);
    if (kept.length <= maxKept) return;
    kept.shift();
    dropped += 1;
  }

  return {
    attach: (socket) => {
      clearTimeout(absence);
      sockets.add(socket);
      if (dropped > 0) socket.send({ type: 'messages_dropped', count: dropped });
      for (const message of kept) socket.send(message);
      kept = [];
      dropped = 0;
      socket.onClose(() => {
        sockets.delete(socket);
        if (sockets.size === 0) absence = setTimeout(onForgotten, absenceMs).unref();
      });
    },
    tell: (message) => {
      if (sockets.size === 0) keep(message);
      for (const socket of sockets) socket.send(message);
    },
  };
}
