import type { Connection } from './bridge.ts';

export interface EventSocketHandlers {
  readonly onMessage: (raw: unknown) => void;
  readonly onConnection: (connection: Connection) => void;
  /** A socket was refused or not answered; browsers do not tell which. */
  readonly onRefused: () => void;
}

const firstWaitMs = 250;
const longestWaitMs = 5_000;

/**
 * Keeps the event socket of a client open; waits a little longer, with jitter, after each failure. Answers what ends
 * it for good: for a page that the console does not know, which asks in vain.
 */
export function openEventSocket(
  client: string,
  { onMessage, onConnection, onRefused }: EventSocketHandlers,
): () => void {
  let waitMs = firstWaitMs;
  let isStopped = false;
  const connect = () => {
    if (isStopped) return;
    const address = new URL(`/events?client=${client}`, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    let hasOpened = false;
    socket.onopen = () => {
      hasOpened = true;
      waitMs = firstWaitMs;
      onConnection('connected');
    };
    socket.onmessage = (message) => onMessage(JSON.parse(String(message.data)));
    socket.onclose = () => {
      onConnection('lost');
      if (!hasOpened) onRefused();
      setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    };
  };
  connect();
  return () => {
    isStopped = true;
  };
}
