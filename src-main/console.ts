import { join } from 'node:path';
import { BulkheadError } from '../src-shared/contract/errors.ts';
import type { ConsoleEvent, Reply } from '../src-shared/contract/index.ts';
import { actionsApi } from './api/actions.api.ts';
import { appApi } from './api/app.api.ts';
import type { Caller } from './api/caller.ts';
import { createDispatcher } from './api/dispatcher.ts';
import { filesApi } from './api/files.api.ts';
import { historyApi } from './api/history.api.ts';
import { createOpenDrafts } from './api/open-drafts.ts';
import { operationsApi } from './api/operations.api.ts';
import { recordsApi } from './api/records.api.ts';
import { remotesApi } from './api/remotes.api.ts';
import { schedulesApi } from './api/schedules.api.ts';
import { createSigner } from './api/signer.ts';
import { storageApi } from './api/storage.api.ts';
import { asOfNow, findCaller, usersApi } from './api/users.api.ts';
import { createEngine } from './engine/engine.ts';
import { createHistory } from './engine/history/history.ts';
import { createRetention } from './engine/history/retention.ts';
import { createImportPlanner } from './engine/plan/import-planner.ts';
import { createAgenda } from './engine/schedule/agenda.ts';
import { createScheduler } from './engine/schedule/scheduler.ts';
import { createTemplates } from './engine/schedule/templates.ts';
import type { Host } from './host.ts';
import { createMirrors } from './mirror/mirrors.ts';
import type { OpenRemote } from './mirror/ports.ts';
import { type Clock, systemClock, systemTimer, type Timer } from './platform/clock.ts';
import { toBulkheadError } from './platform/coded-error.ts';
import { assertLocalDisk } from './platform/disk.ts';
import { persist } from './platform/persist.ts';
import { makeWorkspaceFolder } from './platform/workspace-folder.ts';
import { noRemotes, type Remotes } from './remotes/remote.ts';
import { createBackups } from './storage/backups.ts';
import { markSuspect } from './storage/suspect-mark.ts';
import { openStore, type Store } from './store/store.ts';
import { createViews } from './store/views.ts';
import { createBulkheadRemote } from './vendors/bulkhead/remote.ts';

/** How often it is tried to take up what a restored backup holds before whoever restored it is told, within 3 s, why that fails. */
const untilTold = { attempts: 4, baseMs: 200, maxMs: 10_000 };

export interface ConsoleOptions {
  /** The workspace folder; created when it does not exist. */
  readonly workspace: string;
  readonly host: Host;
  readonly version: string;
  /** Who is at the keyboard: written into the history. */
  readonly actor: string;
  /** A backup to put in place before anything else: its name, or `latest`. */
  readonly restore?: string | undefined;
  /** Told of failures that nobody foresaw, for the log. */
  readonly report: (error: unknown, context: string) => void;
  readonly clock?: Clock;
  readonly timer?: Timer;
  /** Remotes that are there beside those of the workspace, by the `source` of their records. */
  readonly remotes?: Remotes;
  /** How the workspace's remotes are reached. */
  readonly openRemote?: OpenRemote;
}

/** Hears everything; what is told to one client alone comes with its name. */
export type EventListener = (event: ConsoleEvent, client?: string) => void;

/** A running console: the only thing that a host holds on to. */
export interface Console {
  /** Answers one request. Never rejects: every failure is a reply with a coded error. */
  handle(caller: Caller, message: unknown): Promise<Reply>;
  /** Whoever runs the console, asking through this window: an admin. */
  owner(client: string): Caller;
  /** The user who holds this token, asking through this connection, or null. */
  userOf(client: string, token: string): Promise<Caller | null>;
  /** Tells whether two addresses lead to the same workspace. Kept by copies of it. */
  workspaceId(): Promise<string>;
  /** Signs a text with a secret of the workspace. */
  sign(text: string): Promise<string>;
  /** Tells every event to the listener until the returned function is called. */
  subscribe(listener: EventListener): () => void;
  /** Forgets what is kept for a window that has gone. */
  forget(client: string): void;
  /** How many operations are under way: asked before quitting. */
  runningOperations(): number;
  /** Stops at the next chunk border and closes the database; what was under way goes on at the next start. */
  close(): Promise<void>;
}

/** Opens a workspace. Throws `workspace_*` errors when it cannot be used. */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const { workspace, host, actor, clock = systemClock, timer = systemTimer } = options;
  await makeWorkspaceFolder(workspace);
  await assertLocalDisk(workspace);
  const store = await openStore(join(workspace, 'bulkhead.db'), clock.now(), options.report);
  const report = watchForDamage(store, options.report);

  const closing = new AbortController();
  const listeners = new Set<EventListener>();
  const emit: EventListener = (event, client) => {
    for (const listener of listeners) {
      // Whoever tells of something does not depend on who hears it, nor do those who hear it on each other.
      try {
        listener(event, client);
      } catch (error) {
        report(error, `event ${event.name}`);
      }
    }
  };
  const agenda = createAgenda({ clock, timer });
  const remotes = new Map(options.remotes ?? noRemotes);
  const sign = createSigner(store);
  const workspaceId = () => sign('workspace');
  const ports = { store, host, clock, agenda, remotes, emit, actor, report };
  const engine = createEngine(ports);
  const { openRemote = createBulkheadRemote } = options;
  const mirrors = createMirrors({ ...ports, timer, openRemote, remotes, engine, workspaceId });
  listeners.add(mirrors.note);
  const imports = createImportPlanner(ports);
  const exportsFolder = join(workspace, 'exports');
  const templates = createTemplates(ports, engine);
  const scheduler = createScheduler(ports, engine, templates);
  const { isBusy } = engine;
  const retention = createRetention({ ...ports, exportsFolder, isBusy });
  const history = createHistory(ports);
  const views = createViews(store);
  const drafts = createOpenDrafts(engine);
  listeners.add(drafts.note);
  const isUnderWay = (): boolean => engine.active() > 0;
  const backups = createBackups({ ...ports, isBusy, isUnderWay, notify: host.notify, onRestored });
  listeners.add(backups.note);
  const dispatch = createDispatcher(
    {
      ...appApi({ version: options.version, host, workspace }, store, emit),
      ...actionsApi(),
      ...recordsApi(store, views, clock),
      ...operationsApi({ engine, store, drafts }),
      ...filesApi({ host, store, imports, drafts }),
      ...historyApi(host, store, history),
      ...schedulesApi({ store, templates, scheduler, clock, drafts }),
      ...usersApi({ store, clock, emit, owner: actor }),
      ...remotesApi({ store, mirrors }),
      ...storageApi({ databaseFile: store.file, backups, retention }),
    },
    {
      asOfNow: (caller) => asOfNow(store, actor, caller),
      actorOf: async (id) => (await store.read('getOperation', { id })).operation.actor,
      onUnexpected: ({ error, request, reference }) =>
        report(error, `request ${request}, reference ${reference}`),
    },
  );

  async function takeUp(): Promise<void> {
    await mirrors.load();
    await engine.recover();
    mirrors.open();
    void scheduler.open();
    retention.open();
  }

  /** What was put in place stays there, and nobody else takes up what it holds: where that takes long, whoever restored is told why. */
  async function onRestored(): Promise<void> {
    views.forgetAll();
    drafts.forgetAll();
    engine.forget();
    const told = Promise.withResolvers<void>();
    const tellAll = () => emit({ name: 'workspace.replaced', payload: {} });
    const onLong = (cause: unknown): void => {
      report(cause, 'operations of a restored backup');
      tellAll();
      const { code, message } = toBulkheadError(cause);
      const known = `The backup is in place, and its operations are taken up as soon as that is possible: ${message}`;
      told.reject(new BulkheadError(code, known, { cause }));
    };
    persist(takeUp, untilTold, closing.signal, onLong).finally(tellAll).then(told.resolve, told.reject);
    await told.promise;
  }

  async function close(): Promise<void> {
    closing.abort();
    agenda.stop();
    await scheduler.stop();
    await retention.stop();
    await history.stop();
    await backups.stop();
    await imports.close();
    await drafts.stop();
    await engine.stop();
    // Only now: until then what was told is answered.
    await mirrors.stop();
    await store.close();
  }

  try {
    await (options.restore === undefined ? takeUp() : backups.restore(options.restore, actor));
    backups.open();
  } catch (error) {
    await close();
    throw error;
  }

  return {
    handle: dispatch,
    owner: (client) => ({ client, actor, role: 'admin' }),
    userOf: (client, token) => findCaller(store, actor, client, token),
    workspaceId,
    sign,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget: (client) => {
      views.forget(client);
      drafts.forget(client);
      imports.stop(client).catch((error: unknown) => report(error, `leaving of ${client}`));
    },
    runningOperations: () => engine.active(),
    close,
  };
}

/** Damage that shows while the console runs: from then on nothing is written, and the next start looks closely and restores. */
function watchForDamage(store: Store, report: ConsoleOptions['report']): ConsoleOptions['report'] {
  return (error, context) => {
    report(error, context);
    if (!(error instanceof BulkheadError) || error.code !== 'workspace_damaged') return;
    store.refuseWrites(error);
    try {
      markSuspect(store.file);
    } catch (failure) {
      report(failure, 'mark of a damaged database');
    }
  };
}
