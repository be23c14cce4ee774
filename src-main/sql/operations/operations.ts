import sql, { empty, join, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import {
  countDeliveryStates,
  type DeliveryCounts,
  deliveryStates,
  openDeliveryStates,
} from '../../../src-shared/domain/delivery.ts';
import {
  ExportedFile,
  Forecast,
  Operation,
  OperationDetail,
  type OperationState,
  Tally,
  underWayStates,
} from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { Selection } from '../../../src-shared/domain/selection.ts';
import { Effect } from '../../actions/effect.ts';
import type { Db } from '../open.ts';
import { all, get, page, statesIn } from '../statement.ts';
import { undoChain } from './undo-chain.ts';

/** An operation with what only the engine needs to know of it. */
export interface StoredOperation {
  readonly operation: Operation;
  readonly selection: Selection | null;
  readonly input: unknown;
  readonly effect: Effect;
  /** The first seq that was not looked at yet, and the last one there is. */
  readonly nextSeq: number;
  readonly lastSeq: number;
  /** Time spent in chunks so far. */
  readonly runMs: number;
  /** Changes of which a remote is still to be told. */
  readonly undelivered: number;
}

interface OperationRow {
  id: number;
  action: string;
  collection: string;
  title: string;
  details: string;
  state: OperationState;
  selection: string | null;
  input: string;
  effect: string;
  forecast: string;
  actor: string;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  cancel_requested_at: number | null;
  stopped_code: string | null;
  stopped_message: string | null;
  undo_of: number | null;
  retry_of: number | null;
  file: string | null;
  rejected: number;
  last_seq: number;
  next_seq: number;
  run_ms: number;
  dismissed_at: number | null;
  options: string;
  pinned_at: number | null;
  cleaned_at: number | null;
  undone_by: number | null;
  retried_by: number | null;
  undone: number;
  undelivered: number;
  undecided: number;
  tallies: string;
  deliveries: string;
}

/**
 * Records of `o` that were taken back or are about to be, and not put back. What a remote refused of an undo is not taken
 * back, nor what met a conflict that was decided.
 */
const undone = sql`(${undoChain(sql`o.id`)}
  SELECT max(0, coalesce(sum(c.sign * (
      (SELECT coalesce(sum(y.count), 0) FROM tallies y WHERE y.operation_id = c.id AND y.state IN ('planned', 'applying', 'done'))
      - (SELECT coalesce(sum(y.count), 0) FROM delivery_tallies y WHERE y.operation_id = c.id AND y.state IN ('refused', 'conflict'))
      + (SELECT count(*) FROM conflicts k WHERE k.operation_id = c.id))), 0))
    FROM chain c)`;

const selectOperation = sql`SELECT o.*, ${undone} AS undone,
  (SELECT coalesce(sum(y.count), 0) FROM delivery_tallies y
     WHERE y.operation_id = o.id AND y.state IN ${statesIn(openDeliveryStates)}) AS undelivered,
  (SELECT count(*) FROM conflicts c WHERE c.operation_id = o.id) AS undecided,
  (SELECT max(u.id) FROM operations u WHERE u.undo_of = o.id AND u.state <> 'draft') AS undone_by,
  (SELECT max(u.id) FROM operations u WHERE u.retry_of = o.id AND u.state <> 'draft') AS retried_by,
  (SELECT json_group_array(json_object('state', y.state, 'reason', nullif(y.reason, ''), 'count', y.count))
     FROM tallies y WHERE y.operation_id = o.id AND y.count > 0) AS tallies,
  (SELECT json_group_array(json_object('state', y.state, 'count', y.count))
     FROM delivery_tallies y WHERE y.operation_id = o.id AND y.count > 0) AS deliveries`;

/** States of operations that a restart has to look after. */
export const unfinished = statesIn(['draft', ...underWayStates]);

const Tallies = z.array(Tally);
const Details = z.array(OperationDetail);
const DeliveryRows = z.array(z.object({ state: z.enum(deliveryStates), count: z.int().min(0) }));

function toOperation(row: OperationRow, effect = effectIn(row)): Operation {
  return Operation.parse({
    id: row.id,
    action: row.action,
    collection: row.collection,
    title: row.title,
    details: Details.parse(JSON.parse(row.details)),
    fields: effect.kind === 'fields' ? effect.fields : [],
    state: row.state,
    tallies: Tallies.parse(JSON.parse(row.tallies)),
    forecast: Forecast.parse(JSON.parse(row.forecast)),
    actor: row.actor,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    isCancelling: row.cancel_requested_at !== null && row.ended_at === null,
    stoppedBy:
      row.stopped_code === null ? null : { code: row.stopped_code, message: row.stopped_message ?? '' },
    undoOf: row.undo_of,
    retryOf: row.retry_of,
    undoneBy: row.undone_by,
    retriedBy: row.retried_by,
    undone: row.undone,
    file: row.file === null ? null : ExportedFile.parse(JSON.parse(row.file)),
    rejected: row.rejected,
    delivery: deliveryOf(row.deliveries),
    undecided: row.undecided,
    isDismissed: row.dismissed_at !== null,
    options: RunOptions.parse(JSON.parse(row.options)),
    isPinned: row.pinned_at !== null,
    isCleaned: row.cleaned_at !== null,
  });
}

/** The counts per state that the database grouped, or null when there are none. */
function deliveryOf(json: string): DeliveryCounts | null {
  const rows = DeliveryRows.parse(JSON.parse(json));
  return rows.length === 0 ? null : countDeliveryStates(rows);
}

function effectIn(row: Pick<OperationRow, 'effect'>): Effect {
  return Effect.parse(JSON.parse(row.effect));
}

function toStored(row: OperationRow): StoredOperation {
  const effect = effectIn(row);
  return {
    operation: toOperation(row, effect),
    selection: row.selection === null ? null : Selection.parse(JSON.parse(row.selection)),
    input: JSON.parse(row.input),
    effect,
    nextSeq: row.next_seq,
    lastSeq: row.last_seq,
    runMs: row.run_ms,
    undelivered: row.undelivered,
  };
}

/** One operation. Throws `not_found`. */
export function getOperation(db: Db, args: { id: number }): StoredOperation {
  const row = get<OperationRow>(db, sql`${selectOperation} FROM operations o WHERE o.id = ${args.id}`);
  if (!row)
    throw new BulkheadError('not_found', `There is no operation ${args.id} in this workspace's history.`);
  return toStored(row);
}

export interface OperationQueryArgs {
  readonly search: string;
  readonly states: readonly OperationState[];
  readonly actions: readonly string[];
  readonly isDismissed?: boolean | undefined;
  readonly collection?: string | undefined;
  readonly startedFrom?: number | undefined;
  readonly startedBefore?: number | undefined;
  /** Whose; of everybody when it is left out. */
  readonly actor?: string | undefined;
}

export interface OperationListArgs extends OperationQueryArgs {
  readonly before?: number | undefined;
  readonly offset: number;
  readonly limit: number;
}

export function countOperations(db: Db, args: OperationQueryArgs): number {
  const found = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM operations o WHERE ${isAskedFor(args)}`,
  );
  return found?.count ?? 0;
}

/**
 * Started operations, latest first. A walk from the end meets a page of them soon; an index would bring all that are alike
 * and have them sorted.
 */
export function listOperations(
  db: Db,
  args: OperationListArgs,
): { operations: Operation[]; hasMore: boolean } {
  const isBefore = args.before === undefined ? empty : sql`AND o.id < ${args.before}`;
  const { rows, hasMore } = page<OperationRow>(
    db,
    sql`${selectOperation} FROM operations o NOT INDEXED WHERE ${isAskedFor(args)} ${isBefore} ORDER BY o.id DESC`,
    args,
  );
  return { operations: rows.map((row) => toOperation(row)), hasMore };
}

function isAskedFor(args: OperationQueryArgs): Sql {
  const tests: Sql[] = [sql`o.state <> 'draft'`];
  if (args.collection !== undefined) tests.push(sql`o.collection = ${args.collection}`);
  if (args.actor !== undefined) tests.push(sql`o.actor = ${args.actor}`);
  if (args.search !== '')
    tests.push(
      sql`(instr(lower(o.title), lower(${args.search})) OR instr(lower(o.actor), lower(${args.search})))`,
    );
  if (args.states.length > 0) tests.push(sql`o.state IN (${join([...args.states])})`);
  if (args.actions.length > 0) tests.push(sql`o.action IN (${join([...args.actions])})`);
  const startedAt = sql`coalesce(o.started_at, o.created_at)`;
  if (args.startedFrom !== undefined) tests.push(sql`${startedAt} >= ${args.startedFrom}`);
  if (args.startedBefore !== undefined) tests.push(sql`${startedAt} < ${args.startedBefore}`);
  if (args.isDismissed !== undefined)
    tests.push(args.isDismissed ? sql`o.dismissed_at IS NOT NULL` : sql`o.dismissed_at IS NULL`);
  return join(tests, ' AND ');
}

/** Drafts to throw away, and what was under way. */
export function listUnfinished(db: Db): StoredOperation[] {
  return all<OperationRow>(
    db,
    sql`${selectOperation} FROM operations o WHERE o.state IN ${unfinished} ORDER BY o.id`,
  ).map(toStored);
}
