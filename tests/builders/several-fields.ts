import { insertDraft, sealDraft } from '../../src-main/sql/operations/drafts.ts';
import { planChange } from '../../src-main/sql/operations/plan.ts';
import type { Changes } from '../../src-shared/domain/item.ts';
import { changeDatabase } from './tickets.ts';

/**
 * Plans an operation that sets several fields of all tickets to these values, as an edited file would; no action in the
 * menu does that. Answers the draft's id.
 */
export function planSeveralFields(folder: string, values: Changes, actor = 'tester'): number {
  const nowMs = Date.now();
  return changeDatabase(folder, (db) => {
    const operationId = insertDraft(db, {
      action: 'edit',
      collection: 'tickets',
      title: 'Edit tickets',
      details: [],
      selection: null,
      input: values,
      effect: { kind: 'fields', fields: Object.keys(values) },
      actor,
      nowMs,
      undoOf: null,
      retryOf: null,
    });
    const ids = Float64Array.from(db.prepare('SELECT id FROM tickets ORDER BY id').pluck().all() as number[]);
    planChange(db, {
      operationId,
      ids,
      change: { kind: 'set', values, rules: [] },
      forDeleted: false,
      nowMs,
    });
    sealDraft(db, { id: operationId, reversible: true, warnings: [] });
    return operationId;
  });
}
