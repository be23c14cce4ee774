import type { OpenRemote } from '../../src-main/mirror/ports.ts';
import { type ItemOutcome, type Page, RemoteError, type Shut } from '../../src-main/remotes/remote.ts';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { Delivery, RemoteRecord } from '../../src-shared/domain/delivery.ts';

type Fields = Readonly<Record<string, string | number | null>>;

/**
 * Another system, in memory: records with versions, a feed of what changed, and changes that are refused when their
 * record has moved on. A test plays everybody else there.
 */
export interface Desk {
  readonly openRemote: OpenRemote;
  readonly records: ReadonlyMap<string, RemoteRecord>;
  /** How many hold it open. */
  holders(): number;
  /** How many changes it was told of, and how often it was pulled. */
  readonly asked: { sends: number; pulls: number };
  /** Codes with which it refuses changes of these records. */
  readonly refusals: Map<string, string>;
  /** Records that it does not show when it is asked for them. */
  readonly unreadable: Set<string>;
  /** Somebody there changes a record, or makes it. */
  put(key: string | number, fields: Fields): void;
  remove(key: string | number): void;
  /** Nothing there tells any more that there was such a record. */
  purge(key: string | number): void;
  /** Out of reach, and back. */
  setDown(isDown: boolean): void;
  /** Cursors that were given out are not known any more. */
  forgetCursors(): void;
  /** Takes no other key than this from now on. */
  token: string;
  /** What a pull waits for before it is looked after and before it is answered, and a change that was made. */
  beforePull: Promise<void>;
  beforePullAnswer: Promise<void>;
  beforeAnswer: Promise<void>;
  /** Is waited for before it says who one is. */
  beforeConnect: () => Promise<void>;
}

const pageSize = 500;

export function makeDesk(collection: CollectionName = 'tickets'): Desk {
  const records = new Map<string, RemoteRecord>();
  /** Keys in the order in which they changed. */
  const log: string[] = [];
  const done = new Set<string>();
  const asked = { sends: 0, pulls: 0 };
  const refusals = new Map<string, string>();
  const unreadable = new Set<string>();
  const watchers = new Set<() => void>();
  let isDown = false;
  let era = 1;

  function write(key: string, fields: Fields, isDeleted: boolean): RemoteRecord {
    const before = records.get(key);
    const record = {
      key,
      version: (before?.version ?? 0) + 1,
      isDeleted,
      fields: { ...before?.fields, ...fields, updatedAt: 1_000 + log.length },
    };
    records.set(key, record);
    log.push(key);
    return record;
  }

  function assertThere(token: string): void {
    if (isDown) throw new RemoteError('unreachable', 'It does not answer.');
    if (token !== desk.token) throw new RemoteError('auth', 'It does not take the key.');
  }

  function take({ key, recordKey, version, change }: Delivery): ItemOutcome {
    const record = records.get(recordKey);
    const refusal = refusals.get(recordKey);
    if (!record || refusal) return { key, kind: 'refused', code: refusal ?? 'not_found' };
    if (done.has(key)) return { key, kind: 'confirmed', version: record.version };
    if (version !== null && version !== record.version) return { key, kind: 'conflict', theirs: record };
    done.add(key);
    const { deletedAt, ...fields } = change.kind === 'fields' ? change.after : {};
    const isDeleted = deletedAt === undefined ? record.isDeleted : deletedAt !== null;
    return { key, kind: 'confirmed', version: write(recordKey, fields, isDeleted).version };
  }

  function pageAfter(cursor: string | null): Page {
    asked.pulls += 1;
    const [from, walked] = cursor === null ? [null, '0'] : cursor.slice(cursor.indexOf(':') + 1).split('/');
    if (cursor !== null && !cursor.startsWith(`${era}:`))
      throw new RemoteError('cursor_expired', 'The cursor is not known any more.');
    if (walked === undefined) {
      const changed = [...new Set(log.slice(Number(from), Number(from) + pageSize))];
      const to = Math.min(log.length, Number(from) + pageSize);
      const found = changed.flatMap((key) => records.get(key) ?? []);
      return { records: found, cursor: `${era}:${to}`, isEnd: to === log.length };
    }
    const start = from ?? String(log.length);
    const live = [...records.values()].filter(({ isDeleted }) => !isDeleted);
    const next = Number(walked) + pageSize;
    const isLast = next >= live.length;
    const page = live.slice(Number(walked), next);
    return {
      records: page,
      cursor: isLast ? `${era}:${start}` : `${era}:${start}/${next}`,
      isEnd: isLast,
    };
  }

  const openRemote: OpenRemote = ({ token }) => {
    const listeners = new Set<() => void>();
    let isOffline = false;
    const tell = (): void => {
      for (const listener of listeners) listener();
    };
    watchers.add(tell);
    const shut = (): Shut | null => {
      if (isOffline) return { reason: 'offline', untilAt: null, message: 'You work without it.' };
      if (token !== desk.token)
        return { reason: 'signed_out', untilAt: null, message: 'It does not take the key.' };
      return isDown ? { reason: 'unreachable', untilAt: null, message: 'It does not answer.' } : null;
    };
    return {
      capabilities: {
        idempotency: 'keys',
        keyWindowMs: 86_400_000,
        settleMs: 10,
        batchMax: 100,
        bulk: [],
        concurrency: 4,
        collections: [collection],
        isConditional: true,
        irrevocable: [],
        erases: [],
      },
      gate: {
        shut,
        onChange: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        note: () => undefined,
        setOffline: (next) => {
          isOffline = next;
          tell();
        },
        open: () => undefined,
        close: () => {
          watchers.delete(tell);
          listeners.clear();
        },
      },
      async *send({ deliveries }) {
        for (const delivery of deliveries) {
          if (isDown) return;
          asked.sends += 1;
          const outcome = take(delivery);
          await desk.beforeAnswer;
          yield outcome;
        }
      },
      async *readBack({ deliveries }) {
        for (const { key } of deliveries) yield { key, kind: done.has(key) ? 'confirmed' : 'absent' };
      },
      async pull(_collection, cursor) {
        await desk.beforePull;
        assertThere(token);
        const page = pageAfter(cursor);
        await desk.beforePullAnswer;
        return page;
      },
      async *get(_collection, keys) {
        assertThere(token);
        for (const key of keys) {
          if (unreadable.has(key)) throw new RemoteError('refused', 'It does not show it.');
          const record = records.get(key);
          if (record) yield record;
        }
      },
      async connect() {
        await desk.beforeConnect();
        assertThere(token);
        const live = [...records.values()].filter(({ isDeleted }) => !isDeleted).length;
        return { name: 'Desk', user: 'mina', role: 'agent', collections: [{ collection, records: live }] };
      },
    };
  };

  const desk: Desk = {
    openRemote,
    records,
    holders: () => watchers.size,
    asked,
    refusals,
    unreadable,
    token: 'key-1',
    beforePull: Promise.resolve(),
    beforePullAnswer: Promise.resolve(),
    beforeAnswer: Promise.resolve(),
    beforeConnect: () => Promise.resolve(),
    put: (key, fields) => {
      const made = {
        subject: `Ticket ${key}`,
        description: '',
        status: 'open',
        priority: 'low',
        category: null,
      };
      const first = records.has(String(key)) ? {} : { ...made, createdAt: 1_000 };
      write(String(key), { ...first, ...fields }, false);
    },
    remove: (key) => {
      write(String(key), {}, true);
    },
    purge: (key) => {
      records.delete(String(key));
    },
    setDown: (next) => {
      isDown = next;
      for (const watcher of watchers) watcher();
    },
    forgetCursors: () => {
      era += 1;
    },
  };
  return desk;
}
