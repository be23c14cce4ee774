import { systemClock, systemTimer, type Timer } from '../../src-main/platform/clock.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import { collectionNames } from '../../src-shared/collections/index.ts';
import type { BulkheadError } from '../../src-shared/contract/errors.ts';
import { canUndo, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import { type ApiServer, startApiServer } from '../builders/api-server.ts';
import { pick, pickAny } from '../builders/random.ts';
import { openTestConsole, type TestConsole } from '../builders/workspace.ts';
import { type MischiefProxy, startMischiefProxy } from '../fakes/mischief-proxy.ts';
import { editFrom, mischanceFrom, passing } from './random-edits.ts';

/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 60), ring) };
/** What a user is told who asks for what cannot be, or while the remote is away. */
const refusals: readonly string[] = ['wrong_state', 'nothing_to_do', 'rate_limited', 'remote_unreachable'];

/** A console with a copy of what a server has, and somebody at each of them who does things at random. */
export class RandomDesk {
  readonly here: string;
  readonly there: string;
  /** What was done, in order, for whoever has to find out what went wrong. */
  readonly log: string[] = [];
  readonly #random: () => number;
  readonly #started: number[] = [];
  #tokens: readonly [string, ...string[]] = [''];
  #server: ApiServer | null = null;
  #proxy: MischiefProxy | null = null;
  #app: TestConsole | null = null;
  #mischief = 0;
  #texts = 0;

  constructor(here: string, there: string, random: () => number) {
    this.here = here;
    this.there = there;
    this.#random = random;
  }

  get app(): TestConsole {
    if (!this.#app) throw new Error('no console is open');
    return this.#app;
  }

  get server(): ApiServer {
    if (!this.#server) throw new Error('no server was started');
    return this.#server;
  }

  /** Resolves once the console has a copy of all. */
  async open(): Promise<void> {
    this.#server = await startApiServer(this.there);
    this.#proxy = await startMischiefProxy(this.server.url, () =>
      this.#random() < this.#mischief ? mischanceFrom(this.#random, passing) : 'none',
    );
    this.#tokens = [await this.server.user('mina', 'agent'), await this.server.user('omar', 'agent')];
    await this.#openConsole();
    const isReady = this.app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
    const { address } = this.#proxy;
    const [token] = this.#tokens;
    await this.app.ask('remotes.add', { name: 'Desk', address, token, collections: [...collectionNames] });
    await isReady;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.#proxy?.close();
    await this.server.close();
  }

  async remote(): Promise<Remote> {
    const [remote] = (await this.app.ask('remotes.list', {})).remotes;
    if (!remote) throw new Error('there is no remote');
    return remote;
  }

  async operations(): Promise<Operation[]> {
    return (await this.app.ask('operations.list', { limit: 200 })).operations;
  }

  /** Either of the two, or somebody in between, does something. */
  async step(): Promise<void> {
    const { id, isOffline } = await this.remote();
    const started = pickAny(this.#started, this.#random);
    const operation = started === undefined ? null : await this.app.ask('operations.get', { id: started });
    const of = operation && { id: operation.id };
    const offline = { id, isOffline: !isOffline };
    const signIn = { id, token: pick(this.#tokens, this.#random) };
    const rest: [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
      () => this.#try('offline', offline, () => this.app.ask('remotes.set_offline', offline)),
      () => this.#try('sign in', signIn, () => this.app.ask('remotes.sign_in', signIn)),
      () => this.settle(id),
      () => this.#reopen(),
      () => this.#reopenThere(),
      async () => {
        this.#mischief = pick([0, 0, 0.1, 0.3], this.#random);
        this.log.push(`mischief ${this.#mischief}`);
      },
      async () => of && isFinal(operation.state) && this.#startAgain('retry', of),
      async () => of && canUndo(operation) && this.#startAgain('undo', of),
      async () => of && this.#try('cancel', of, () => this.app.ask('operations.cancel', of)),
      async () => of && this.#try('pause', of, () => this.app.ask('operations.pause', of)),
      async () => of && this.#try('resume', of, () => this.app.ask('operations.resume', of)),
    ];
    const dice = this.#random();
    if (dice < 0.4) await this.#editHere();
    else if (dice < 0.55) await this.#editThere();
    else await pick(rest, this.#random)();
  }

  /** The server has a backup made, or forgets what happened since it had one. It refuses that while an operation runs there. */
  async restoreThere(): Promise<void> {
    const { backups } = await this.server.ask('backups.list', {});
    const made = backups.filter(({ reason }) => reason === 'manual');
    const name = this.#random() < 0.5 ? pickAny(made, this.#random)?.name : undefined;
    if (name === undefined) await this.#try('backup there', '', () => this.server.ask('backups.create', {}));
    else await this.#try('restore there', name, () => this.server.ask('backups.restore', { name }));
  }

  /** Nothing goes wrong any more, and what was stopped goes on. */
  async settleDown(): Promise<void> {
    this.#mischief = 0;
    const { id, isOffline, conflicts } = await this.remote();
    if (isOffline) await this.app.ask('remotes.set_offline', { id, isOffline: false });
    for (const one of await this.operations()) {
      const name = one.isCancelling ? 'cancel' : 'resume';
      if (one.state === 'paused')
        await this.#try(name, one.id, () => this.app.ask(`operations.${name}`, { id: one.id }));
    }
    if (conflicts > 0) await this.settle(id);
  }

  /** Decides all conflicts alike, or some of them. */
  async settle(remoteId: number): Promise<void> {
    const { conflicts } = await this.app.ask('conflicts.list', { remoteId, limit: 100 });
    const ids = conflicts.map(({ id }) => id).filter(() => this.#random() < 0.5);
    const which = ids.length > 0 && this.#random() < 0.5 ? { ids } : { remoteId };
    const settlement = { which, keep: pick(['mine', 'theirs'] as const, this.#random) };
    const done = await this.#try('settle', settlement, () => this.app.ask('conflicts.settle', settlement));
    this.#started.push(...(done?.operations ?? []).map(({ id }) => id));
  }

  async #try<T>(what: string, how: unknown, work: () => Promise<T>): Promise<T | null> {
    try {
      const value = await work();
      this.log.push(`${what} ${JSON.stringify(how)}`);
      return value;
    } catch (error) {
      const { code } = error as BulkheadError;
      this.log.push(`${what} ${JSON.stringify(how)}: ${code}`);
      if (refusals.includes(code)) return null;
      throw error;
    }
  }

  async #editHere(): Promise<void> {
    this.#texts += 1;
    const { edit, collection, ids } = editFrom(this.#random, this.here, `Text ${this.#texts}`);
    const [action, input] = edit;
    const draft = await this.#try('plan', { edit, collection, ids }, () =>
      this.app.ask('operations.plan', { action, collection, selection: { mode: 'ids', ids }, input }),
    );
    if (draft) await this.#start(draft);
  }

  async #editThere(): Promise<void> {
    this.#texts += 1;
    const { edit, collection, ids } = editFrom(this.#random, this.there, `Text ${this.#texts}`);
    const [action, input] = edit;
    await this.#try('there', { edit, collection, ids }, async () => {
      const selection = { mode: 'ids', ids } as const;
      const { id } = await this.server.ask('operations.plan', { action, collection, selection, input });
      await this.server.ask('operations.start', { id });
      return this.server.ended(id);
    });
  }

  async #startAgain(how: 'retry' | 'undo', of: { id: number }): Promise<void> {
    const draft = await this.#try(how, of, () => this.app.ask(`operations.${how}`, of));
    if (draft) await this.#start(draft);
  }

  async #start({ id }: Operation): Promise<void> {
    const retry = { attempts: pick([1, 2, 5], this.#random), baseMs: 5, maxMs: 50 };
    const started = await this.#try('start', id, () =>
      this.app.ask('operations.start', { id, options: { retry } }),
    );
    if (started) this.#started.push(id);
  }

  async #openConsole(): Promise<void> {
    this.#app = await openTestConsole(this.here, systemClock, hasty, noRemotes, createBulkheadRemote);
  }

  async #reopen(): Promise<void> {
    await this.app.close();
    await this.#openConsole();
    this.log.push('reopened');
  }

  async #reopenThere(): Promise<void> {
    const { port } = this.server.server;
    await this.server.close();
    this.#server = await startApiServer(this.there, { port });
    this.log.push('reopened there');
  }
}
