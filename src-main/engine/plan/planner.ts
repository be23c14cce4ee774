import { type CollectionName, collectionOf, collections } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { PlanRequest } from '../../../src-shared/contract/operations.ts';
import { leftoverStates } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../../src-shared/domain/run-options.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { Action } from '../../actions/action.ts';
import { effectOf } from '../../actions/effect.ts';
import type { ExportFormat } from '../../actions/export-format.ts';
import { actionOf, holdsOf } from '../../actions/index.ts';
import { warningsOf } from '../../actions/warnings.ts';
import type { KeptChanges, NewOperation, StoredOperation } from '../../store/store.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import { againOf } from './again.ts';
import { fillDraft, plainDraft, planChunkSize } from './draft.ts';
import { type ExportEffect, planChange, planExport, planItems } from './freeze.ts';
import { type UndoRequest, undoDraftOf } from './plan-undo.ts';
import { spaceForItems } from './space.ts';

/** For whom a plan is made, how it is to run, and where an export goes that names no place. */
export interface PlanContext extends Asker {
  readonly options?: RunOptions;
  readonly exportPath?: (format: ExportFormat) => Promise<string>;
}

/** Makes drafts: resolves selections and freezes what would happen to each record. Nothing is changed. */
export interface Planner {
  plan(request: PlanRequest, context: PlanContext): Promise<Operation>;
  /** Plans the opposite of an operation that has ended, or of a part of it. Throws `wrong_state` and `invalid_request`. */
  undo(request: UndoRequest, by: Asker): Promise<Operation>;
  retry(args: { id: number }, by: Asker): Promise<Operation>;
  /**
   * Plans changes of an operation again after a conflict, on top of what stands there now: as its action would, or, for
   * what has none, as they were written. Throws `nothing_to_do`.
   */
  keepMine(kept: KeptChanges, by: Asker): Promise<Operation>;
}

export function createPlanner(ports: EnginePorts): Planner {
  const { store, clock } = ports;

  function draftOf(
    draft: Pick<NewOperation, 'action' | 'collection' | 'title' | 'input' | 'effect' | 'actor'> &
      Partial<NewOperation>,
  ): NewOperation {
    return { ...plainDraft, nowMs: clock.now(), ...draft };
  }

  /** An operation as it is made another time. */
  function draftAgain({ operation, effect, input }: StoredOperation, actor: string): NewOperation {
    const { id, action, collection, title, details, undoOf } = operation;
    return draftOf({ action, collection, title, details, input, effect, undoOf, retryOf: id, actor });
  }

  async function exportPath(
    target: string | null,
    format: ExportFormat,
    context: PlanContext,
  ): Promise<string> {
    if (target !== null) return ports.host.pathOf(target);
    if (context.exportPath) return context.exportPath(format);
    throw new BulkheadError('invalid_request', 'Say where to save the export. Nothing was planned.');
  }

  return {
    plan: async (request, context) => {
      const action = findAction(request.collection, request.action);
      const nowMs = clock.now();
      const { input, title, details, change } = action.prepare(request.input, { nowMs });
      const { collection, note } = request;
      const said = note === undefined ? details : [...details, { label: 'Note', value: note }];
      const common = {
        action: action.name,
        collection,
        title,
        details: said,
        input,
        nowMs,
        actor: context.actor,
        options: context.options,
      };
      if (change.kind !== 'export') {
        const draft = draftOf({ ...common, effect: effectOf(change) });
        const { selection, maxErrors } = request;
        return planChange(ports, { action, change, draft, selection, client: context.client, maxErrors });
      }
      const effect: ExportEffect = {
        kind: 'export',
        path: await exportPath(change.target, change.format ?? 'csv', context),
        columns: [...change.columns],
        hasBom: change.hasBom,
        ...(change.format && { format: change.format, hasDetails: change.hasDetails ?? false }),
      };
      const saved = [...said, { label: 'Save to', value: effect.path }];
      const draft = draftOf({ ...common, details: saved, effect });
      return planExport(ports, { ...draft, effect }, request.selection);
    },

    undo: async (request, { client, actor }) => {
      const { id, seqs } = request;
      const source = await store.read('getOperation', { id });
      const { draft: undo, warnings } = undoDraftOf(source, request);
      const draft = draftOf({ ...undo, actor });
      return planItems(ports, draft, warnings, source, client, (operationId, afterSeq) =>
        store.write('planUndo', {
          operationId,
          of: id,
          afterSeq,
          limit: planChunkSize,
          seqs: seqs ?? null,
          rules: holdsOf(draft.collection),
          nowMs: draft.nowMs,
        }),
      );
    },

    retry: async ({ id }, { client, actor }) => {
      const source = await store.read('getOperation', { id });
      const { operation, effect } = source;
      if (operation.endedAt === null) {
        throw new BulkheadError(
          'wrong_state',
          `"${operation.title}" is still under way; it can be tried again when it has ended.`,
        );
      }
      // What was to begin at a moment has begun.
      const draft = { ...draftAgain(source, actor), options: { ...operation.options, startAt: null } };
      if (effect.kind === 'export') {
        if (!source.selection) throw new Error(`export ${id} has no selection`);
        return planExport(ports, { ...draft, effect }, source.selection);
      }
      const again = againOf(source, draft.nowMs);
      if (again.by === 'action') {
        const selection: Selection = {
          mode: 'items',
          operationId: id,
          states: [...leftoverStates],
          deliveries: ['refused'],
        };
        return planChange(ports, { ...again, draft, selection, client });
      }
      const warnings = warningsOf(effect, collectionOf(draft.collection));
      return planItems(ports, draft, warnings, source, client, (operationId, afterSeq) => {
        const slice = { operationId, of: id, afterSeq, limit: planChunkSize };
        return again.by === 'cells'
          ? store.write('planEditsAgain', { ...slice, nowMs: draft.nowMs })
          : store.write('planAgain', slice);
      });
    },

    keepMine: async ({ operationId: id, seqs, recordIds }, { client, actor }) => {
      const source = await store.read('getOperation', { id });
      const draft = draftAgain(source, actor);
      const again = againOf(source, draft.nowMs);
      if (again.by === 'action') {
        const selection: Selection = { mode: 'ids', ids: [...recordIds] };
        return planChange(ports, { ...again, draft, selection, client });
      }
      const outlook = { reversible: true, warnings: [], space: spaceForItems(seqs.length, source.effect) };
      return fillDraft(ports, draft, outlook, async (operationId) => {
        for (let from = 0; from < seqs.length; from += planChunkSize) {
          const these = { operationId, of: id, seqs: seqs.slice(from, from + planChunkSize) };
          await (again.by === 'cells'
            ? store.write('planEditsOnTop', { ...these, nowMs: draft.nowMs })
            : store.write('planOnTop', these));
        }
      });
    },
  };
}

/** Throws `invalid_request` for a name that no action of the collection has. */
export function findAction(collection: CollectionName, name: string): Action {
  const action = actionOf(collection, name);
  if (!action) {
    const { label } = collections[collection];
    throw new BulkheadError('invalid_request', `${label} have no action "${name}". Nothing was planned.`);
  }
  return action;
}
