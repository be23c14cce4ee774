import type { z } from 'zod';
import { type BridgeEvent, createListeners, type Listeners } from '../../src-renderer/bridge/bridge.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { RequestName, requests } from '../../src-shared/contract/index.ts';
import type { JournalEntry } from '../../src-shared/contract/operations.ts';
import type { BackupFailure } from '../../src-shared/contract/storage.ts';
import type { Recovery } from '../../src-shared/domain/backup.ts';
import type { Item } from '../../src-shared/domain/item.ts';
import { countsOf, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { buildOperation } from '../builders/operations.ts';
import { fakeTicket, type Ticket } from './fake-tickets.ts';

export type Answers = {
  readonly [N in RequestName]?: (
    input: z.output<(typeof requests)[N]['input']>,
  ) => z.input<(typeof requests)[N]['output']> | Promise<z.input<(typeof requests)[N]['output']>>;
};

export interface FakeOptions {
  readonly tickets?: number;
  /** How many items an operation settles at each tick. */
  readonly chunk?: number;
  readonly tickMs?: number;
  /** Every so-manieth record was changed by somebody else in the meantime and fails; none by default. */
  readonly failEvery?: number;
  /** Begins with a history of some days. */
  readonly hasPast?: boolean;
  /** Begins with remotes in every state, conflicts, and operations that were told to one. */
  readonly hasRemotes?: boolean;
  /** What was found at the start, until somebody has read it. */
  readonly recovery?: Recovery;
  /** Why the last backup was not made. */
  readonly backupFailure?: BackupFailure;
  /** Answers that take the place of the fake's own. */
  readonly answers?: Answers;
}

export interface FakeOperation {
  operation: Operation;
  readonly items: Item[];
  readonly journal: JournalEntry[];
}

/** What the parts of the fake console know together. */
export interface FakeWorld {
  readonly options: FakeOptions;
  readonly nowMs: number;
  readonly records: Map<number, Ticket>;
  readonly operations: Map<number, FakeOperation>;
  readonly events: Listeners<BridgeEvent>;
  entry(id: number): FakeOperation;
  /** Adds an operation with these items; what is not said of it is that of a draft. */
  add(operation: Partial<Operation>, items: Item[]): Operation;
  /** Changes an operation, and tells it. */
  move(id: number, change: Partial<Operation>, event?: string): Operation;
}

export function createFakeWorld(options: FakeOptions): FakeWorld {
  const nowMs = Date.now();
  const records = new Map<number, Ticket>();
  for (let id = 1; id <= (options.tickets ?? 100); id += 1) records.set(id, fakeTicket(id, nowMs));
  const events = createListeners<BridgeEvent>();
  const operations = new Map<number, FakeOperation>();

  const entry = (id: number) => {
    const found = operations.get(id);
    if (!found) throw new BulkheadError('not_found', 'There is no such operation.');
    return found;
  };

  const add = (operation: Partial<Operation>, items: Item[]): Operation => {
    const made = buildOperation({
      id: Math.max(0, ...operations.keys()) + 1,
      action: 'update_status',
      title: 'Change tickets',
      state: 'draft',
      tallies: tally(items),
      forecast: { durationMs: items.length, reversible: true, warnings: [] },
      actor: 'mina',
      createdAt: Date.now(),
      startedAt: null,
      endedAt: null,
      ...operation,
    });
    operations.set(made.id, { operation: made, items, journal: [] });
    return made;
  };

  const move = (id: number, change: Partial<Operation>, event?: string): Operation => {
    const found = entry(id);
    found.operation = { ...found.operation, ...change, tallies: tally(found.items) };
    const { operation, journal } = found;
    if (event)
      journal.push({ seq: journal.length + 1, at: Date.now(), event, detail: operation.stoppedBy ?? {} });
    events.tell({ name: 'operation.updated', payload: { operation, progress: progressOf(operation) } });
    return operation;
  };

  return { options, nowMs, records, operations, events, entry, add, move };
}

function progressOf({ state, tallies }: Operation) {
  if (isFinal(state)) return null;
  const counts = countsOf(tallies);
  const total = counts.total - counts.skipped;
  const processed = total - counts.planned;
  return { processed, total, ratePerSecond: 28_400, etaMs: counts.planned * 2 };
}

export function tally(items: readonly Item[]): Operation['tallies'] {
  const tallies = new Map<string, Operation['tallies'][number]>();
  for (const { state, reason } of items) {
    const key = `${state}/${reason}`;
    tallies.set(key, { state, reason, count: (tallies.get(key)?.count ?? 0) + 1 });
  }
  return [...tallies.values()];
}
