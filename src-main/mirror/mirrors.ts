import type { CollectionName } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import { countOf } from '../../src-shared/domain/number-words.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import type { Remote as RemoteDto } from '../../src-shared/domain/remote.ts';
import type { Connection } from '../remotes/remote.ts';
import type { StoredRemote } from '../store/store.ts';
import { askWho } from './ask-who.ts';
import { carriedOut } from './carried-out.ts';
import { createCounts } from './counts.ts';
import type { Link } from './link.ts';
import { createLinks } from './links.ts';
import type { MirrorPorts } from './ports.ts';
import { createRemoteKeys } from './remote-keys.ts';
import { isRestoring } from './restoring.ts';
import { type ConflictSettlement, createSettler } from './settle.ts';
import { createTeller } from './teller.ts';

/** Records of a mirror that are forgotten per transaction. */
const forgetSize = 20_000;

/** The remotes of the workspace: connected to, pulled, and told of what changes here. */
export interface Mirrors {
  /** Makes the remotes known that the workspace has; asks nothing of them yet. Again after a restore. */
  load(): Promise<void>;
  /** Begins to pull, and makes again what is kept after conflicts. */
  open(): void;
  list(): Promise<RemoteDto[]>;
  /** Throws `remote_unreachable`, `remote_signed_out`, `remote_error`. */
  test(address: string, token: string): Promise<Connection>;
  /** Throws as `test`, and `name_taken`. */
  add(args: NewRemote, by: string): Promise<RemoteDto>;
  /** Throws as `test`, and `invalid_request` where another workspace answers than before. */
  signIn(
    id: number,
    credentials: { token: string; address?: string | undefined },
    by: string,
  ): Promise<RemoteDto>;
  /** From then on it is none any more, whatever becomes of its copy. Throws `wrong_state` while something waits for it. */
  remove(id: number, by: string): Promise<void>;
  /** Throws `wrong_state` while it is offline by choice. */
  pull(id: number): Promise<RemoteDto>;
  setOffline(id: number, isOffline: boolean): Promise<RemoteDto>;
  /** Settles conflicts: what waits for that goes on. Throws why a change that is kept could not be made again. */
  settle(settlement: ConflictSettlement): Promise<{ settled: number; operations: Operation[] }>;
  /** Listens to events: the figures of remotes depend on them, and so does when kept changes can be made again. */
  note(event: ConsoleEvent): void;
  stop(): Promise<void>;
}

export interface NewRemote {
  readonly name: string;
  readonly address: string;
  readonly token: string;
  readonly collections: readonly CollectionName[];
}

export function createMirrors(ports: MirrorPorts): Mirrors {
  const { store, clock, timer, workspaceId, report } = ports;
  const counts = createCounts((mirror) => store.read('countMirrored', mirror));
  const teller = createTeller(ports, list);
  const keys = createRemoteKeys(ports);
  const links = createLinks(ports, keys, teller);
  const settler = createSettler(ports, { onTrouble: teller.remotes, onRecords: teller.records });
  let isOpen = false;
  let forgetting: Promise<void> = Promise.resolve();

  async function list(): Promise<RemoteDto[]> {
    const stored = await store.read('listRemotes');
    return Promise.all(
      stored.flatMap((remote) => {
        const found = links.get(remote.id);
        return found ? describe(found, remote) : [];
      }),
    );
  }

  async function describe(link: Link, stored: StoredRemote): Promise<RemoteDto> {
    const described = link.describe(stored, await counts.of(stored));
    const trouble = stored.kept > 0 ? settler.trouble() : null;
    if (described.message !== null || trouble === null) return described;
    const what = countOf(stored.kept, 'change that was', 'changes that were');
    return {
      ...described,
      message: `${what} kept after a conflict could not be made again yet; it is tried every minute. ${trouble}`,
    };
  }

  async function described(id: number): Promise<RemoteDto> {
    teller.remotes();
    const { stored, link } = await links.find(id);
    return describe(link, stored);
  }

  /** What was noted of the copies of remotes that were removed. */
  async function forgetRemoved(): Promise<void> {
    while (isOpen && !(await store.write('forgetRemoved', { limit: forgetSize })));
  }

  /** What cannot be forgotten now is so at the next start, or before a remote is added. */
  function forgetLater(): Promise<void> {
    forgetting = forgetting.then(forgetRemoved).catch((error: unknown) => {
      if (!isRestoring(error)) report(error, 'copy of a remote that was removed');
    });
    return forgetting;
  }

  async function test(address: string, token: string): Promise<Connection> {
    const nothing = { paused: null, onPause: () => undefined };
    const who = await askWho(
      ports.openRemote({ address, token, clock, timer, workspaceId, ...nothing }),
      address,
    );
    if (who.workspace === (await workspaceId()))
      throw new BulkheadError(
        'invalid_request',
        `${address} leads to this workspace itself, or to a copy of it. Its records are here already, and nothing was changed.`,
      );
    return who;
  }

  return {
    load: async () => {
      await links.removeAll();
      counts.forget();
      for (const stored of await store.read('listRemotes')) {
        const link = links.add(stored);
        if (isOpen) link.pull();
      }
    },
    open: () => {
      isOpen = true;
      void forgetLater();
      for (const link of links.all()) link.pull();
      settler.open();
    },
    list,
    test,
    add: async ({ name, address, token, collections }, actor) => {
      const { user, role, workspace = null, collections: offered } = await test(address, token);
      const missing = collections.find((wanted) => offered.every(({ collection }) => collection !== wanted));
      if (missing) throw new BulkheadError('invalid_request', `There are no ${missing} at ${address}.`);
      await forgetRemoved();
      const nowMs = clock.now();
      const added = { name, address, user, role, workspace, collections, actor, nowMs };
      // One of this name that is stored and not linked is this one.
      const isThis = (one: StoredRemote): boolean => one.name === name && links.get(one.id) === undefined;
      const look = async () => (await store.read('listRemotes')).find(isThis);
      await carriedOut(store.write('insertRemote', added), async () => (await look()) !== undefined);
      const made = await look();
      if (!made) throw new Error(`${name} was added and is not there`);
      const { id } = made;
      try {
        keys.keep({ id, address }, token);
      } catch (error) {
        await store.write('removeRemote', { id, actor, nowMs });
        await forgetLater();
        throw error;
      }
      links.add(made).pull();
      return described(id);
    },
    signIn: async (id, { token, address: elsewhere }, actor) => {
      const address = elsewhere ?? (await links.find(id)).stored.address;
      const { user, role, workspace = null } = await test(address, token);
      // It may have been removed meanwhile: then nobody is left to forget the key.
      const { stored, link } = await links.find(id);
      assertSame(stored, address, workspace);
      keys.keep({ id, address }, token);
      const nowMs = clock.now();
      const signedIn = { id, address, user, role, workspace, actor, nowMs };
      await carriedOut(store.write('signInRemote', signedIn), async () => {
        const { stored: now } = await links.find(id);
        return now.address === address && now.user === user && now.role === role;
      });
      const { keysSinceAt } = (await links.find(id)).stored;
      link.signIn(links.open({ id, address, paused: null }, token), { keysSinceAt, role });
      if (address !== stored.address) keys.forget(stored);
      return described(id);
    },
    remove: async (id, actor) => {
      const { stored } = await links.find(id);
      await carriedOut(store.write('removeRemote', { id, actor, nowMs: clock.now() }), async () =>
        (await store.read('listRemotes')).every((one) => one.id !== id),
      );
      await links.remove(stored);
      teller.remotes();
      await forgetLater();
      keys.forget(stored);
    },
    pull: async (id) => {
      const { stored, link } = await links.find(id);
      if (stored.isOffline) {
        throw new BulkheadError('wrong_state', `You work without "${stored.name}". Go online with it first.`);
      }
      link.tryNow();
      return described(id);
    },
    setOffline: async (id, isOffline) => {
      const { link } = await links.find(id);
      await carriedOut(
        store.write('updateRemote', { id, isOffline }),
        async () => (await links.find(id)).stored.isOffline === isOffline,
      );
      link.setOffline(isOffline);
      return described(id);
    },
    settle: async (settlement) => {
      try {
        return await settler.settle(settlement);
      } finally {
        for (const link of links.all()) link.wake();
        teller.remotes();
      }
    },
    note: (event) => {
      if (event.name === 'records.changed') counts.forget(event.payload.collection);
      if (event.name !== 'operation.updated') return;
      const { operation } = event.payload;
      if (operation.delivery !== null) teller.remotes();
      settler.note(operation);
    },
    stop: async () => {
      isOpen = false;
      teller.stop();
      await forgetting;
      await settler.stop();
      await links.removeAll();
    },
  };
}

/**
 * What was copied of one workspace must not be held to be that of another: its records have the same numbers. Where one of
 * the two does not say which it is, they are the same under the same address.
 */
function assertSame(stored: StoredRemote, address: string, workspace: string | null): void {
  const isTold = stored.workspace !== null && workspace !== null;
  if (isTold ? stored.workspace === workspace : stored.address === address) return;
  const why = isTold
    ? `${address} is another workspace than "${stored.name}"`
    : `it is not known whether ${address} is "${stored.name}"`;
  throw new BulkheadError(
    'invalid_request',
    `Nothing was changed: ${why}. Add it as a remote of its own instead.`,
  );
}
