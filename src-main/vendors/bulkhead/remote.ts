import { z } from 'zod';
import { CollectionName, collectionNames } from '../../../src-shared/collections/index.ts';
import { type Clock, systemClock, systemTimer, type Timer } from '../../platform/clock.ts';
import { createGate, type HostGate, type Pause } from '../../remotes/gate.ts';
import { createHttp } from '../../remotes/http.ts';
import { type HttpLimits, httpLimits } from '../../remotes/http-limits.ts';
import { type Batch, type Outcome, type Remote } from '../../remotes/remote.ts';
import { socketMessages } from '../../remotes/web-socket.ts';
import { endOf, sendInBulk } from './bulk-way.ts';
import { bulkCalls, callFor } from './calls.ts';
import { sharedChange } from './choose.ts';
import { createFeed } from './feed.ts';
import { orderRequest, orderStreams, streamOrders } from './orders.ts';
import { changesAtOnce, getRecords, patchRecords, readBackRecords } from './records.ts';
import { orTakenBack } from './take-back.ts';
import { sendVideos, videoCalls, videoPath } from './videos.ts';
import { canPatch, expectBody } from './wire.ts';

const dayMs = 86_400_000;
/** With so few records there is no gain in telling of them as one. */
const fewRecords = 3;

/** Another Bulkhead, or what speaks the same APIs. */
export interface BulkheadRemote extends Remote {
  /** Closing it ends all connections. */
  readonly gate: HostGate;
}

export interface BulkheadRemoteOptions {
  /** Where it is, with or without a slash at the end. */
  readonly address: string;
  readonly token: string;
  /** Which workspace the console is of. */
  readonly workspaceId?: () => Promise<string>;
  readonly limits?: HttpLimits;
  readonly clock?: Clock;
  readonly timer?: Timer;
  readonly random?: () => number;
  /** A pause that it asked for and that was not over when the console ended, and what keeps the next one. */
  readonly paused?: Pause | null;
  readonly onPause?: (paused: Pause | null) => void;
}

export function createBulkheadRemote(options: BulkheadRemoteOptions): BulkheadRemote {
  const {
    token,
    workspaceId = async () => '',
    limits = httpLimits,
    clock = systemClock,
    timer = systemTimer,
    random = Math.random,
  } = options;
  const address = options.address.replace(/\/+$/, '');
  const gate = createGate({
    clock,
    timer,
    random,
    ...(options.paused !== undefined && { paused: options.paused }),
    ...(options.onPause && { onPause: options.onPause }),
    probe: (signal) => http.ask({ ...whoAmI, isProbe: true }, signal),
  });
  const http = createHttp({ address, token, limits, gate });
  const feed = createFeed(http, workspaceId);
  const messages = (path: string, signal: AbortSignal) =>
    socketMessages({ address, token, path, limits, gate }, signal);

  /** The way for a batch follows from what it changes; what no call says of many at once goes record by record. */
  function send(batch: Batch, signal: AbortSignal): AsyncIterable<Outcome> {
    const change = sharedChange(batch);
    const isPatch = change?.kind === 'fields' && canPatch(batch.collection, change.after);
    const isFew = batch.members.length <= fewRecords;
    if (!change || (isFew && isPatch)) return patchRecords(http, batch, signal);
    const stream = batch.collection === 'orders' ? orderRequest(change) : null;
    if (stream) return streamOrders({ http, feed }, batch, stream, signal);
    const videos = batch.collection === 'videos' ? videoPath(change) : null;
    if (videos !== null) return sendVideos({ http, feed }, batch, videos, signal);
    const call = callFor(http, messages, batch.collection, change);
    return call ? sendInBulk({ http, feed }, batch, call, signal) : patchRecords(http, batch, signal);
  }

  return {
    capabilities: {
      idempotency: 'keys',
      keyWindowMs: dayMs,
      settleMs: 2_000,
      batchMax: changesAtOnce,
      bulk: [...bulkCalls, ...videoCalls, ...orderStreams],
      concurrency: 4,
      collections: collectionNames,
      isConditional: true,
      irrevocable: ['comment', 'chunks', 'exports'],
      erases: ['videos'],
      barred: new Map<string, 'all' | readonly string[]>([
        ['viewer', 'all'],
        ['agent', ['chunks']],
      ]),
    },
    gate: {
      ...gate,
      close: () => {
        gate.close();
        http.close();
      },
    },
    send: (batch, signal) => orTakenBack(http, batch, send(batch, signal), signal),
    readBack: (batch, signal) => readBackRecords(http, batch, () => endOf(http, batch, signal), signal),
    pull: feed.pull,
    get: (collection, keys, signal) => getRecords(http, collection, keys, signal),
    connect: async (signal) => {
      const { body } = await http.ask(whoAmI, signal);
      return expectBody(Me, body, 'who one is');
    },
  };
}

const whoAmI = { method: 'GET', path: '/api/v1/me' } as const;
const Me = z.object({
  name: z.string(),
  user: z.string(),
  role: z.string(),
  workspace: z.string().optional(),
  collections: z.array(z.object({ collection: CollectionName, records: z.int().min(0) })),
});
