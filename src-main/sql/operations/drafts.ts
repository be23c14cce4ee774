import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf, type Forecast, type OperationDetail } from '../../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../../src-shared/domain/run-options.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { Effect } from '../../actions/effect.ts';
import { assertNoRemotesRecords } from '../mirror/remotes.ts';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';
import { getOperation, type StoredOperation } from './operations.ts';

export interface NewOperation {
  readonly action: string;
  readonly collection: string;
  readonly title: string;
  readonly details: readonly OperationDetail[];
  readonly selection: Selection | null;
  readonly input: unknown;
  readonly effect: Effect;
  readonly actor: string;
  readonly nowMs: number;
  readonly undoOf: number | null;
  readonly retryOf: number | null;
  /** How it is to run, unless whoever starts it says otherwise. */
  readonly options?: RunOptions | undefined;
}

/** Creates an empty draft and answers its id. Throws `name_taken` for an import whose source is a remote. */
export function insertDraft(db: Db, draft: NewOperation): number {
  if (draft.effect.kind === 'create') assertNoRemotesRecords(db, draft.input);
  const noForecast: Forecast = { durationMs: null, reversible: true, warnings: [] };
  run(
    db,
    sql`INSERT INTO operations (action, collection, title, details, state, selection, input, effect, forecast, actor, created_at, undo_of, retry_of, options)
      VALUES (${draft.action}, ${draft.collection}, ${draft.title}, ${JSON.stringify(draft.details)}, 'draft',
        ${draft.selection === null ? null : JSON.stringify(draft.selection)}, ${JSON.stringify(draft.input)},
        ${JSON.stringify(draft.effect)}, ${JSON.stringify(noForecast)}, ${draft.actor}, ${draft.nowMs},
        ${draft.undoOf}, ${draft.retryOf}, ${JSON.stringify(draft.options ?? {})})`,
  );
  return Number(get<{ id: number }>(db, sql`SELECT last_insert_rowid() AS id`)?.id);
}

/** So many operations say how fast an action is: the largest, since small ones take about as long whatever their size. */
const forecastFrom = 20;

/** Seals a draft: nothing is added to it any more. The forecast rests on what this action took per item of its collection. */
export function sealDraft(
  db: Db,
  args: { id: number; reversible: boolean; warnings: readonly string[] },
): StoredOperation {
  const { operation, effect } = getOperation(db, args);
  const { planned } = countsOf(operation.tallies);
  const pace = get<{ perItemMs: number | null }>(
    db,
    sql`SELECT sum(largest.run_ms) * 1.0 / sum(y.count) AS perItemMs
      FROM (SELECT id, run_ms FROM operations
          WHERE collection = ${operation.collection} AND action = ${operation.action} AND ended_at IS NOT NULL
          ORDER BY last_seq DESC LIMIT ${forecastFrom}) largest
        JOIN tallies y ON y.operation_id = largest.id AND y.state = 'done'`,
  );
  const perItemMs = pace?.perItemMs ?? null;
  const forecast: Forecast = {
    durationMs: perItemMs === null ? null : Math.ceil(perItemMs * planned),
    reversible: args.reversible,
    ...(effect.kind === 'fields' && effect.erase && { erases: true }),
    warnings: [...args.warnings],
  };
  run(
    db,
    sql`UPDATE operations SET forecast = ${JSON.stringify(forecast)}, is_sealed = 1 WHERE id = ${args.id} AND state = 'draft'`,
  );
  return getOperation(db, args);
}

/** Removes a draft with up to `limit` of its items; answers whether it is gone. Call until it is. */
export function discardDraft(db: Db, args: { id: number; limit: number }): boolean {
  return db
    .transaction(() => {
      getOperation(db, args);
      run(db, sql`UPDATE operations SET is_sealed = 0 WHERE id = ${args.id} AND state = 'draft'`);
      const isDraft = sql`${args.id} IN (SELECT id FROM operations WHERE id = ${args.id} AND state = 'draft')`;
      const removed = run(
        db,
        sql`DELETE FROM items WHERE operation_id = ${args.id} AND ${isDraft} AND seq <= ${args.limit} +
          (SELECT coalesce(min(seq), 0) FROM items WHERE operation_id = ${args.id})`,
      );
      run(
        db,
        sql`DELETE FROM new_records WHERE operation_id = ${args.id} AND ${isDraft} AND seq <= ${args.limit} +
          (SELECT coalesce(min(seq), 0) FROM new_records WHERE operation_id = ${args.id})`,
      );
      if (removed > 0) return false;
      run(db, sql`DELETE FROM rejected_rows WHERE operation_id = ${args.id} AND ${isDraft}`);
      run(db, sql`DELETE FROM tallies WHERE operation_id = ${args.id} AND ${isDraft}`);
      const gone = run(db, sql`DELETE FROM operations WHERE id = ${args.id} AND state = 'draft'`);
      if (gone === 0)
        throw new BulkheadError('wrong_state', 'Only a plan that was not started can be thrown away.');
      return true;
    })
    .immediate();
}
