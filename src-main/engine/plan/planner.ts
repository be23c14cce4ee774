import { type CollectionName, collectionOf, collections } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { PlanRequest } from '../../../src-shared/contract/operations.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../../src-shared/domain/run-options.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { Action, Change } from '../../actions/action.ts';
import { type Effect, effectOf } from '../../actions/effect.ts';
import { actionOf, holdsOf } from '../../actions/index.ts';
import { deletionWarning, sheetWarnings, warningsOf } from '../../actions/warnings.ts';
import type { KeptChanges, NewOperation, StoredOperation } from '../../store/store.ts';
import type { Asker, EnginePorts } from '../ports.ts';
import { fillDraft, planChunkSize } from './draft.ts';
import { admitPlan } from './limits.ts';
import { type UndoRequest, undoDraftOf } from './plan-undo.ts';
import { spaceForExport, spaceForItems } from './space.ts';

const leftovers = ['failed', 'cancelled', 'unknown'] as const;

type ExportEffect = Extract<Effect, { kind: 'export' }>;

/** For whom a plan is made, how it is to run, and where an export goes that names no place. */
export interface PlanContext extends Asker {
  readonly options?: RunOptions;
  readonly exportPath?: (format: 'csv' | 'json') => Promise<string>;
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
    return { details: [], selection: null, undoOf: null, retryOf: null, nowMs: clock.now(), ...draft };
  }

  function tell(client: string, planned: number, total: number): void {
    ports.emit({ name: 'operation.planning', payload: { planned, total } }, client);
  }

  async function planChange(
    action: Action,
    change: Exclude<Change, { kind: 'export' }>,
    draft: NewOperation,
    selection: Selection,
    client: string,
    maxErrors?: number,
  ): Promise<Operation> {
    const ids = await store.read('selectedIds', {
      collection: draft.collection,
      selection,
      nowMs: draft.nowMs,
    });
    if (ids.length === 0)
      throw new BulkheadError('nothing_to_do', 'No record matches, so there is nothing to plan.');
    // Known before anything is frozen: a plan far above its limit costs nothing.
    await admitPlan(ports, draft, ids.length);
    const isDeletion = change.kind === 'set' && (change.values['deletedAt'] ?? null) !== null;
    const collection = collectionOf(draft.collection);
    const warnings = [
      ...(isDeletion ? [deletionWarning(collection)] : []),
      ...warningsOf(draft.effect, collection),
      ...(action.warning === undefined ? [] : [action.warning]),
    ];
    const outlook = { reversible: action.isReversible, warnings, space: spaceForItems(ids.length, change) };
    return fillDraft(ports, draft, outlook, async (operationId) => {
      for (let from = 0; from < ids.length; from += planChunkSize) {
        tell(client, from, ids.length);
        const chunk = ids.slice(from, from + planChunkSize);
        await store.write('planChange', {
          operationId,
          ids: chunk,
          change,
          forDeleted: action.forDeleted,
          nowMs: draft.nowMs,
        });
      }
      if (maxErrors !== undefined) await store.write('cutPlan', { operationId, maxErrors });
    });
  }

  async function planExport(
    draft: NewOperation & { readonly effect: ExportEffect },
    selection: Selection,
  ): Promise<Operation> {
    const counts = await store.read('countToExport', {
      collection: draft.collection,
      selection,
      nowMs: draft.nowMs,
    });
    if (counts.planned === 0)
      throw new BulkheadError(
        'nothing_to_do',
        'No record matches, or all that do are deleted, so there is nothing to export.',
      );
    return fillDraft(
      ports,
      { ...draft, selection },
      {
        reversible: false,
        warnings: [
          ...warningsOf(draft.effect, collectionOf(draft.collection)),
          ...(draft.effect.format === 'json'
            ? []
            : sheetWarnings(counts.planned, collectionOf(draft.collection))),
        ],
        space: await spaceForExport(store, draft, counts.planned),
      },
      async (operationId) => {
        await store.write('planExport', { operationId, counts });
      },
    );
  }

  /** Items of an earlier operation as a draft, a slice at a time. */
  function planItems(
    draft: NewOperation,
    warnings: readonly string[],
    source: StoredOperation,
    client: string,
    slice: (operationId: number, afterSeq: number) => Promise<number | null>,
  ): Promise<Operation> {
    const outlook = { reversible: true, warnings, space: spaceForItems(source.lastSeq, draft.effect) };
    return fillDraft(ports, draft, outlook, async (operationId) => {
      for (let after: number | null = 0; after !== null; ) {
        tell(client, after, source.lastSeq);
        after = await slice(operationId, after);
      }
    });
  }

  async function exportPath(
    target: string | null,
    format: 'csv' | 'json',
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
        return planChange(
          action,
          change,
          draftOf({ ...common, effect: effectOf(change) }),
          request.selection,
          context.client,
          request.maxErrors,
        );
      }
      const effect: ExportEffect = {
        kind: 'export',
        path: await exportPath(change.target, change.format ?? 'csv', context),
        columns: [...change.columns],
        hasBom: change.hasBom,
        ...(change.format && { format: change.format, hasDetails: change.hasDetails ?? false }),
      };
      const saved = [...said, { label: 'Save to', value: effect.path }];
      return planExport({ ...draftOf({ ...common, details: saved, effect }), effect }, request.selection);
    },

    undo: async (request, { client, actor }) => {
      const { id, seqs } = request;
      const source = await store.read('getOperation', { id });
      const { draft: undo, warnings } = undoDraftOf(source, request);
      const draft = draftOf({ ...undo, actor });
      return planItems(draft, warnings, source, client, (operationId, afterSeq) =>
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
      const { operation, effect, input } = source;
      if (operation.endedAt === null) {
        throw new BulkheadError(
          'wrong_state',
          `"${operation.title}" is still under way; it can be tried again when it has ended.`,
        );
      }
      const { action: name, collection, title, details, undoOf } = operation;
      const draft = draftOf({
        action: name,
        collection,
        title,
        details,
        input,
        effect,
        undoOf,
        retryOf: id,
        actor,
        // What was to begin at a moment has begun.
        options: { ...operation.options, startAt: null },
      });
      if (effect.kind === 'export') {
        if (!source.selection) throw new Error(`export ${id} has no selection`);
        return planExport({ ...draft, effect }, source.selection);
      }
      const action = actionOf(collection, name);
      if (!action) {
        return planItems(
          draft,
          warningsOf(effect, collectionOf(collection)),
          source,
          client,
          (operationId, afterSeq) =>
            store.write('planAgain', { operationId, of: id, afterSeq, limit: planChunkSize }),
        );
      }
      const { change } = action.prepare(input, { nowMs: draft.nowMs });
      if (change.kind === 'export') throw new Error('an export has the effect of one');
      const selection: Selection = {
        mode: 'items',
        operationId: id,
        states: [...leftovers],
        deliveries: ['refused'],
      };
      return planChange(action, change, draft, selection, client);
    },

    keepMine: async ({ operationId: id, seqs, recordIds }, { client, actor }) => {
      const source = await store.read('getOperation', { id });
      const { operation, effect, input } = source;
      const { action: name, collection, title, details, undoOf } = operation;
      const draft = draftOf({
        action: name,
        collection,
        title,
        details,
        input,
        effect,
        undoOf,
        retryOf: id,
        actor,
      });
      const action = actionOf(collection, name);
      const change = action?.prepare(input, { nowMs: draft.nowMs }).change;
      if (action && change && change.kind !== 'export')
        return planChange(action, change, draft, { mode: 'ids', ids: [...recordIds] }, client);
      const outlook = { reversible: true, warnings: [], space: spaceForItems(seqs.length, effect) };
      return fillDraft(ports, draft, outlook, async (operationId) => {
        for (let from = 0; from < seqs.length; from += planChunkSize)
          await store.write('planOnTop', {
            operationId,
            of: id,
            seqs: seqs.slice(from, from + planChunkSize),
          });
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
