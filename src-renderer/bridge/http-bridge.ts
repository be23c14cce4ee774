import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { ChosenFile } from '../../src-shared/contract/files.ts';
import { Reply, type RequestName } from '../../src-shared/contract/index.ts';
import {
  type Bridge,
  type BridgeEvent,
  type Connection,
  createListeners,
  openEvent,
  openReply,
} from './bridge.ts';
import { chooseLocalFile } from './choose-local-file.ts';
import { openEventSocket } from './event-socket.ts';
import { gather } from './gather.ts';

/** The bridge of the browser host: requests over HTTP, events over a WebSocket, on the page's own address. */
export function createHttpBridge(): Bridge {
  const client = randomId();
  const events = createListeners<BridgeEvent>();
  const connections = createListeners<Connection>();
  const messages = gather<unknown>((raw) => events.tell(openEvent(raw)));
  let connection: Connection = 'lost';
  let stopSocket = () => {};
  const move = (next: Connection) => {
    // A page that is not known stays so until it is loaded again with the key.
    if (next === connection || connection === 'unauthorized') return;
    connection = next;
    if (next === 'unauthorized') stopSocket();
    connections.tell(next);
  };
  // An address with a key that is entered into this very page changes no more than what stands after its #.
  addEventListener('hashchange', () => {
    if (tokenOfAddress() !== null) location.reload();
  });

  const session = exchangeToken().then(
    () => {
      stopSocket = openEventSocket(client, {
        onMessage: messages.add,
        onConnection: (next) => {
          // What is asked when the console is back tells of later times.
          messages.handOn();
          move(next);
        },
        // An ordinary request says whether the console is away or does not know this page.
        onRefused: () => void request('app.info', {}).catch(() => undefined),
      });
    },
    () => move('unauthorized'),
  );

  const post = async (
    path: string,
    headers: Readonly<Record<string, string>>,
    body: BodyInit,
  ): Promise<unknown> => {
    await session;
    const answer = await send(path, {
      method: 'POST',
      headers: { ...headers, 'X-Bulkhead-Client': client },
      body,
    });
    if (answer.status === 401) move('unauthorized');
    return readReply(answer);
  };

  const request: Bridge['request'] = async <N extends RequestName>(name: N, input: unknown) =>
    openReply(
      name,
      await post('/rpc', { 'Content-Type': 'application/json' }, JSON.stringify({ name, input })),
    );

  return {
    request,
    subscribe: events.add,
    onConnection: (listener) => {
      listener(connection);
      return connections.add(listener);
    },
    copy: (text) => navigator.clipboard.writeText(text),
    chooseFile: async () => {
      const file = await chooseLocalFile();
      if (!file) return null;
      const headers = {
        'Content-Type': 'application/octet-stream',
        'X-File-Name': encodeURIComponent(file.name),
      };
      const reply = Reply.parse(await post('/files', headers, file));
      if (!reply.ok) throw BulkheadError.fromDto(reply.error);
      return ChosenFile.parse(reply.value);
    },
  };
}

/** Trades the one-time token of the address for a cookie and takes it out of the address bar. */
async function exchangeToken(): Promise<void> {
  const token = tokenOfAddress();
  if (token === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  const answer = await send('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new BulkheadError('unauthorized', 'The console does not know this page.');
}

function tokenOfAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('token');
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (cause) {
    throw new BulkheadError(
      'stopping',
      'The console cannot be reached. What it had begun is safe on disk and goes on when it is back.',
      { cause },
    );
  }
}

async function readReply(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (cause) {
    throw new BulkheadError('internal', `The console answered with ${answer.status} and no reply in it.`, {
      cause,
    });
  }
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
}
