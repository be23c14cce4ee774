import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Capabilities } from '../../src-main/remotes/remote.ts';
import { type Db, openReader } from '../../src-main/sql/open.ts';
import { prepared } from '../../src-main/sql/statement.ts';
import type { OperationState } from '../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../src-shared/domain/run-options.ts';
import { expectBooksBalance } from '../builders/books.ts';
import { seedTickets } from '../builders/seed.ts';
import { readDatabase } from '../builders/tickets.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import {
  type Effect,
  type EffectServer,
  type EffectServerOptions,
  startEffectServer,
} from '../fakes/effect-server.ts';
import { type Fault, sabotageVariable } from './fault.ts';
import { type Child, follow } from './harness.ts';
import { shipped } from './shipped.ts';

/** What a child is to do in a workspace whose tickets, of source `seed`, belong to an effect server. */
export interface RemoteErrand {
  readonly folder: string;
  readonly url: string;
  readonly capabilities: Partial<Capabilities>;
  /** An operation that was left; null to begin one over every ticket. */
  readonly id: number | null;
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly options: RunOptions | undefined;
  /** The request at whose beginning or end the process ends itself. */
  readonly death: { readonly place: 'before_send' | 'after_send'; readonly nth: number } | null;
  /** The record at which the process ends itself whenever it is about to be sent. */
  readonly poison: string | null;
}

/** What a child says. `ms` is the time since its process began. */
export type RemoteLine =
  | { readonly said: 'open'; readonly ms: number }
  | { readonly said: 'started'; readonly id: number; readonly ms: number }
  | { readonly said: 'ended'; readonly state: OperationState; readonly ms: number };

/** When a child is killed: in the midst of the nth effect that it has, at a request, or at a place in one of its threads. */
export type RemoteDeath =
  | { readonly at: 'effect'; readonly nth: number }
  | NonNullable<RemoteErrand['death']>
  | Fault;

/** A workspace, its remote, and a console in children that come and go. */
export interface RemoteWorld {
  readonly folder: string;
  readonly server: EffectServer;
  /** Effects that had no intent on record when they came about. */
  readonly withoutIntent: string[];
  /** For every process that found work to go on with: the time until its first request. */
  readonly resumedMs: number[];
  /** For every kill: how many deliveries had been given out and not been settled. */
  readonly inFlight: number[];
  start(death?: RemoteDeath): Child<RemoteLine>;
  /** Runs the operation in one child after the other, each killed in its way, and the last one until the end. */
  runDespite(deaths: readonly RemoteDeath[]): Promise<OperationState>;
  /** Deliveries by state and code. */
  deliveries(): { state: string; code: string | null; count: number }[];
  close(): Promise<void>;
}

export interface WorldOptions extends Pick<RemoteErrand, 'capabilities' | 'action' | 'input' | 'options'> {
  readonly tickets: number;
  readonly server: EffectServerOptions;
  readonly poison?: string;
  /** Called in the midst of every effect. */
  readonly atEffect?: (effect: Effect, folder: string) => void;
}

/** How often the whole database is looked at: after every so many kills, and at the end. */
const lookEvery = 25;

export async function createWorld(options: WorldOptions): Promise<RemoteWorld> {
  const folder = makeFolder();
  seedTickets(folder, options.tickets);
  const server = await startEffectServer(options.server);
  const { capabilities, action, input } = options;
  const db = openReader(join(folder, 'bulkhead.db'));
  const sending = db.prepare(`SELECT count(*) FROM deliveries WHERE state = 'sending'`).pluck();
  const withoutIntent: string[] = [];
  const resumedMs: number[] = [];
  const inFlight: number[] = [];
  let current: { child: Child<RemoteLine>; effects: number; death: RemoteDeath | undefined } | null = null;

  server.onEffect((effect) => {
    const { key } = effect.delivery;
    if (!hasIntent(db, key)) withoutIntent.push(key);
    options.atEffect?.(effect, folder);
    if (!current) return;
    current.effects += 1;
    const { death } = current;
    if (death && 'at' in death && current.effects === death.nth) current.child.kill();
  });

  function operation(): { id: number; state: OperationState } | null {
    const row = db.prepare(`SELECT id, state FROM operations WHERE state <> 'draft'`).get();
    return (row as { id: number; state: OperationState } | undefined) ?? null;
  }

  function start(death?: RemoteDeath): Child<RemoteLine> {
    const errand: RemoteErrand = {
      folder,
      url: server.url,
      capabilities,
      id: operation()?.id ?? null,
      action,
      input,
      options: options.options,
      death: death && 'place' in death ? death : null,
      poison: options.poison ?? null,
    };
    const { [sabotageVariable]: _mine, ...inherited } = process.env;
    const isFault = death && 'thread' in death;
    const env = {
      ...inherited,
      NODE_OPTIONS: '',
      ...(isFault && { [sabotageVariable]: JSON.stringify(death) }),
    };
    const sabotage = isFault ? ['--import', shipped('sabotage')] : [];
    const args = [...sabotage, shipped('remote-child'), JSON.stringify(errand)];
    const child = follow<RemoteLine>(spawn(process.execPath, args, { env }));
    current = { child, effects: 0, death };
    return child;
  }

  function look(): void {
    expect(readDatabase(folder, (own) => own.pragma('integrity_check', { simple: true }))).toBe('ok');
    const left = operation();
    if (left) expectBooksBalance(folder, left.id);
  }

  async function runOnce(death?: RemoteDeath): Promise<boolean> {
    const startedMs = performance.now();
    const { length } = server.requests;
    const isResuming = operation() !== null;
    const { lines, isKilled, errors } = await start(death).gone;
    const first = server.requests[length];
    if (isResuming && first) resumedMs.push(first.atMs - startedMs);
    if (isKilled) inFlight.push(Number(sending.get()));
    expect(isKilled, `${JSON.stringify(death)} ${JSON.stringify(lines)} ${errors}`).toBe(death !== undefined);
    return isKilled;
  }

  return {
    folder,
    server,
    withoutIntent,
    resumedMs,
    inFlight,
    start,
    runDespite: async (deaths) => {
      for (const [at, death] of deaths.entries()) {
        await runOnce(death);
        if (at % lookEvery === 0) look();
      }
      await runOnce();
      look();
      return operation()?.state ?? 'draft';
    },
    deliveries: () =>
      db
        .prepare('SELECT state, code, count(*) AS count FROM deliveries GROUP BY 1, 2 ORDER BY 1, 2')
        .all() as { state: string; code: string | null; count: number }[],
    close: async () => {
      current?.child.kill();
      await current?.child.gone;
      db.close();
      await server.close();
      removeFolder(folder);
    },
  };
}

/**
 * So many kills in the midst of effects, at random places of an operation on so many tickets. What was in flight at each
 * kill (`inFlight` at most) has its effect as well; even so the last kill comes before the end.
 */
export function deathsAtEffects(
  kills: number,
  { tickets, inFlight, random }: { tickets: number; inFlight: number; random: () => number },
): RemoteDeath[] {
  const span = tickets - kills * (inFlight + 1);
  const places = Array.from({ length: kills }, () => random() * span).toSorted((a, b) => a - b);
  return places.map((place, at) => ({ at: 'effect', nth: 1 + Math.floor(place - (places[at - 1] ?? 0)) }));
}

/** True where a database says that a delivery was going to be sent. */
export function hasIntent(db: Db, key: string): boolean {
  const [operationId, seq] = key.split(':').map(Number);
  const row = prepared(
    db,
    `SELECT 1 FROM deliveries WHERE operation_id = ? AND seq = ? AND idempotency_key = ? AND attempts > 0
      AND sent_at IS NOT NULL`,
  );
  return row.get(operationId, seq, key) !== undefined;
}

/** How often records have had an effect: how many had none, one, and more. */
export function effectCounts(
  { effects }: EffectServer,
  tickets: number,
): {
  none: number;
  once: number;
  more: number;
} {
  const counts = [...effects.values()];
  const once = counts.filter((count) => count === 1).length;
  return { none: tickets - counts.length, once, more: counts.length - once };
}
