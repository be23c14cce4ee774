import type { Connection } from './bridge.ts';

export interface EventSocketHandlers {
  readonly onMessage: (raw: unknown) => void;
  readonly onConnection: (connection: Connection) => void;
}

const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** Keeps the event socket of a client open; waits a little longer, with jitter, after each failure. */
export function openEventSocket(client: string, { onMessage, onConnection }: EventSocketHandlers): void {
  let waitMs = firstWaitMs;
  const connect = () => {
    const address = new URL(`/events?client=${client}`, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.onopen = () => {
      waitMs = firstWaitMs;
      onConnection('connected');
    };
    socket.onmessage = (message) => onMessage(JSON.parse(String(message.data)));
    socket.onclose = () => {
      onConnection('lost');
      setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    };
  };
  connect();
}
