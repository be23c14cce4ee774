import { systemTimer, type Timer } from '../../src-main/platform/clock.ts';
import { collectionNames } from '../../src-shared/collections/index.ts';
import type { BulkheadError } from '../../src-shared/contract/errors.ts';
import { canUndo, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { type DeadlyCalls, killThreadsAt } from '../builders/deadly-calls.ts';
import { pick, pickAny, type Random } from '../builders/random.ts';
import { type MischiefProxy, startMischiefProxy } from '../fakes/mischief-proxy.ts';
import type { Copied } from './agreement.ts';
import { editFrom, mischanceFrom, shutting } from './random-edits.ts';

/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 60), ring) };
/** What a user is told who asks for what cannot be, while the other one is away, or whose thread died. */
const refusals: readonly string[] = [
  'wrong_state',
  'nothing_to_do',
  'not_found',
  'rate_limited',
  'remote_unreachable',
  'worker_lost',
  'remote_signed_out',
  'remote_error',
];

/** One of two consoles that copy each other. */
interface Side {
  readonly name: string;
  readonly folder: string;
  readonly started: number[];
  server: ApiServer;
  /** Stands before it, for the other one. */
  readonly proxy: MischiefProxy;
  /** Keys of users that the other one has for it. */
  tokens: readonly [string, ...string[]];
}

/** Two consoles that copy each other, and somebody at each of them who does things at random. */
export class RandomPair {
  /** What was done, in order, for whoever has to find out what went wrong. */
  readonly log: string[] = [];
  readonly #folders: readonly [string, string];
  readonly #random: Random;
  readonly #deaths: DeadlyCalls;
  #sides: readonly [Side, Side] | null = null;
  #mischief = 0;
  #isDeadly = false;
  #texts = 0;

  constructor(folders: readonly [string, string], random: Random) {
    this.#folders = folders;
    this.#random = random;
    this.#deaths = killThreadsAt(({ thread, method }) => {
      if (!this.#isDeadly || thread !== 'writer' || method === 'close') return false;
      this.#isDeadly = false;
      return this.#random() < 0.5 || 'answer';
    });
  }

  get sides(): readonly [Side, Side] {
    if (!this.#sides) throw new Error('the two were not opened');
    return this.#sides;
  }

  /** Resolves once each has a copy of all that the other one has. */
  async open(): Promise<void> {
    const [one, other] = [await this.#begin('One', 0), await this.#begin('Other', 1)];
    this.#sides = [one, other];
    for (const [by, of] of this.#ways()) {
      by.tokens = [await of.server.user('robot', 'agent'), await of.server.user('android', 'agent')];
      await this.#add(by, of);
    }
  }

  async close(): Promise<void> {
    this.#deaths.stop();
    for (const { server } of this.sides) await server.close();
    for (const { proxy } of this.sides) await proxy.close();
  }

  /** Each with what it has of the other one. */
  copies(): Copied[] {
    return this.#ways().map(([by, of]) => ({
      here: by.folder,
      there: of.folder,
      remote: of.name,
      users: ['robot', 'android'],
    }));
  }

  /** Somebody at one of them does something, or something happens. */
  async step(): Promise<void> {
    const side = pick(this.sides, this.#random);
    const remote = await this.#insist(() => this.remote(side));
    if (this.#random() < 0.5) return this.#edit(side);
    const started = pickAny(side.started, this.#random);
    const of = started === undefined ? null : { id: started };
    const now = of && (await this.#insist(() => side.server.ask('operations.get', of)));
    const { id, isOffline } = remote;
    const offline = { id, isOffline: !isOffline };
    const rest: [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
      () => this.#try(side, 'offline', offline, () => side.server.ask('remotes.set_offline', offline)),
      () => this.#signIn(side, remote),
      () => this.#settle(side, id),
      () => this.#reopen(side),
      async () => {
        this.#mischief = pick([0, 0, 0.1, 0.3], this.#random);
        this.log.push(`mischief ${this.#mischief}`);
      },
      async () => {
        this.#isDeadly = true;
        this.log.push('a thread dies');
      },
      async () => of && now && isFinal(now.state) && this.#again(side, 'retry', of),
      async () => of && now && canUndo(now) && this.#again(side, 'undo', of),
      async () => of && this.#try(side, 'cancel', of, () => side.server.ask('operations.cancel', of)),
      async () => of && this.#try(side, 'pause', of, () => side.server.ask('operations.pause', of)),
      async () => of && this.#try(side, 'resume', of, () => side.server.ask('operations.resume', of)),
    ];
    await pick(rest, this.#random)();
  }

  /** Nothing goes wrong any more, and what was stopped goes on. */
  async settleDown(): Promise<void> {
    this.#mischief = 0;
    this.#isDeadly = false;
    for (const side of this.sides) {
      const remote = await this.remote(side);
      const { id, isOffline, conflicts } = remote;
      if (remote.state === 'signed_out') await this.#signIn(side, remote);
      if (isOffline) await side.server.ask('remotes.set_offline', { id, isOffline: false });
      for (const one of await this.operations(side)) {
        const name = one.isCancelling ? 'cancel' : 'resume';
        if (one.state === 'paused')
          await this.#try(side, name, one.id, () => side.server.ask(`operations.${name}`, { id: one.id }));
      }
      if (conflicts > 0) await this.#settle(side, id);
    }
  }

  async remote({ server }: Side): Promise<Remote> {
    const [remote] = (await server.ask('remotes.list', {})).remotes;
    if (!remote) throw new Error('there is no remote');
    return remote;
  }

  async operations({ server }: Side): Promise<Operation[]> {
    return (await server.ask('operations.list', { limit: 200 })).operations;
  }

  #ways(): [Side, Side][] {
    const [one, other] = this.sides;
    return [
      [one, other],
      [other, one],
    ];
  }

  async #begin(name: string, at: 0 | 1): Promise<Side> {
    const folder = this.#folders[at];
    const server = await startApiServer(folder, { timer: hasty });
    const proxy = await startMischiefProxy(server.url, () =>
      this.#random() < this.#mischief ? mischanceFrom(this.#random, shutting) : 'none',
    );
    return { name, folder, started: [], server, proxy, tokens: [''] };
  }

  async #add({ server, tokens: [token] }: Side, { name, proxy: { address } }: Side): Promise<void> {
    await server.ask('remotes.add', { name, address, token, collections: [...collectionNames] });
  }

  async #signIn(side: Side, { id }: Remote): Promise<void> {
    const signIn = { id, token: pick(side.tokens, this.#random) };
    await this.#try(side, 'sign in', side.tokens.indexOf(signIn.token), () =>
      side.server.ask('remotes.sign_in', signIn),
    );
  }

  async #reopen(side: Side): Promise<void> {
    const { port } = side.server.server;
    // One whose thread dies while it opens does not open, which is another matter.
    this.#isDeadly = false;
    await side.server.close();
    side.server = await startApiServer(side.folder, { timer: hasty, port });
    this.log.push(`${side.name} reopened`);
  }

  /** Once more where the thread dies of it. */
  async #insist<T>(work: () => Promise<T>): Promise<T> {
    return work().catch((error: BulkheadError) => {
      if (error.code !== 'worker_lost') throw error;
      return work();
    });
  }

  async #try<T>(side: Side, what: string, how: unknown, work: () => Promise<T>): Promise<T | null> {
    const said = `${side.name} ${what} ${JSON.stringify(how)}`;
    try {
      const value = await work();
      this.log.push(said);
      return value;
    } catch (error) {
      const { code } = error as BulkheadError;
      this.log.push(`${said}: ${code}`);
      if (refusals.includes(code)) return null;
      throw error;
    }
  }

  async #settle(side: Side, remoteId: number): Promise<void> {
    const { conflicts } = await this.#insist(() =>
      side.server.ask('conflicts.list', { remoteId, limit: 100 }),
    );
    const ids = conflicts.map(({ id }) => id).filter(() => this.#random() < 0.5);
    const which = ids.length > 0 && this.#random() < 0.5 ? { ids } : { remoteId };
    const settlement = { which, keep: pick(['mine', 'theirs'] as const, this.#random) };
    const settle = () => side.server.ask('conflicts.settle', settlement);
    const done = await this.#try(side, 'settle', settlement, settle);
    side.started.push(...(done?.operations ?? []).map(({ id }) => id));
  }

  async #edit(side: Side): Promise<void> {
    this.#texts += 1;
    const { edit, collection, ids } = editFrom(this.#random, side.folder, `Text ${this.#texts}`);
    const [action, input] = edit;
    const selection = { mode: 'ids', ids } as const;
    const draft = await this.#try(side, 'plan', { edit, collection, ids }, () =>
      side.server.ask('operations.plan', { action, collection, selection, input }),
    );
    if (draft) await this.#start(side, draft);
  }

  async #again(side: Side, how: 'retry' | 'undo', of: { id: number }): Promise<void> {
    const draft = await this.#try(side, how, of, () => side.server.ask(`operations.${how}`, of));
    if (draft) await this.#start(side, draft);
  }

  async #start(side: Side, { id }: Operation): Promise<void> {
    const retry = { attempts: pick([1, 2, 5], this.#random), baseMs: 5, maxMs: 50 };
    await this.#try(side, 'start', id, () => side.server.ask('operations.start', { id, options: { retry } }));
    side.started.push(id);
  }
}
