import type { EventMessage, Reply, RequestName } from '../../src-shared/contract/index.ts';
import { type Bridge, type BridgeEvent, createListeners, openEvent, openReply } from './bridge.ts';
import { gather } from './gather.ts';

/** What the preload script puts on the window. */
export interface PreloadApi {
  request(message: { readonly name: string; readonly input: unknown }): Promise<Reply>;
  subscribe(listener: (message: EventMessage) => void): () => void;
}

declare global {
  interface Window {
    readonly bulkhead?: PreloadApi;
  }
}

/** The bridge of the desktop application: messages through the preload script. */
export function createElectronBridge(api: PreloadApi): Bridge {
  const events = createListeners<BridgeEvent>();
  const messages = gather<EventMessage>((message) => events.tell(openEvent(message)));
  api.subscribe(messages.add);
  const request: Bridge['request'] = async <N extends RequestName>(name: N, input: unknown) =>
    openReply(name, await api.request({ name, input }));
  return {
    request,
    subscribe: events.add,
    chooseFile: () => request('files.choose', {}),
    copy: async (text) => {
      await request('app.copy', { text });
    },
    onConnection: (listener) => {
      listener('connected');
      return () => undefined;
    },
  };
}
