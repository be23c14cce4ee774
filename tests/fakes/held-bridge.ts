import type { Bridge, BridgeEvent, Connection } from '../../src-renderer/bridge/bridge.ts';
import type { RequestName } from '../../src-shared/contract/index.ts';

/** A request that waits for its answer. */
export interface Asked {
  readonly name: RequestName;
  readonly input: unknown;
  answer(value: unknown): void;
  refuse(error: Error): void;
}

/** A bridge whose requests are answered by hand, in whatever order, and whose events are told by hand. */
export function createHeldBridge() {
  const asked: Asked[] = [];
  let tell: (event: BridgeEvent) => void = () => undefined;
  let move: (connection: Connection) => void = () => undefined;
  const request = (name: RequestName, input: unknown) =>
    new Promise((answer, refuse) => asked.push({ name, input, answer, refuse }));
  const bridge: Bridge = {
    request: request as Bridge['request'],
    subscribe: (listener) => {
      tell = listener;
      return () => undefined;
    },
    onConnection: (listener) => {
      move = listener;
      return () => undefined;
    },
    chooseFile: async () => null,
    copy: async () => undefined,
  };
  return {
    bridge,
    /** What waits, oldest first. */
    asked,
    tell: (event: BridgeEvent) => tell(event),
    move: (connection: Connection) => move(connection),
    /** The oldest of that name, which waits no more. */
    next: (name: RequestName): Asked => {
      const at = asked.findIndex((one) => one.name === name);
      const [one] = at < 0 ? [] : asked.splice(at, 1);
      if (!one) throw new Error(`${name} was not asked`);
      return one;
    },
  };
}
