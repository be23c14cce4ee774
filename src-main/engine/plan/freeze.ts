import { collectionOf } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { Action, Change } from '../../actions/action.ts';
import type { Effect } from '../../actions/effect.ts';
import { deletionWarning, sheetWarnings, warningsOf } from '../../actions/warnings.ts';
import type { NewOperation, StoredOperation } from '../../store/store.ts';
import type { EnginePorts } from '../ports.ts';
import { type DraftPorts, fillDraft, planChunkSize } from './draft.ts';
import { admitPlan } from './limits.ts';
import { spaceForExport, spaceForItems } from './space.ts';

export type ExportEffect = Extract<Effect, { kind: 'export' }>;

type FreezePorts = DraftPorts & Pick<EnginePorts, 'emit'>;

/** What is to happen to the records of a selection, and who is told how far the plan is. */
interface ChangePlan {
  readonly action: Action;
  readonly change: Exclude<Change, { kind: 'export' }>;
  readonly draft: NewOperation;
  readonly selection: Selection;
  readonly client: string;
  /** With so many records that cannot be changed the plan ends; see `cutPlan`. */
  readonly maxErrors?: number | undefined;
}

/** Freezes what would happen to each record of a selection. Throws as `fillDraft` does. */
export async function planChange(ports: FreezePorts, plan: ChangePlan): Promise<Operation> {
  const { action, change, draft, selection, client, maxErrors } = plan;
  const { store } = ports;
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
      tell(ports, client, from, ids.length);
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

/** Counts what an export would write: it reads the records when it runs. Throws as `fillDraft` does. */
export async function planExport(
  ports: FreezePorts,
  draft: NewOperation & { readonly effect: ExportEffect },
  selection: Selection,
): Promise<Operation> {
  const { store } = ports;
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
        ...(draft.effect.format !== undefined
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

/** Items of an earlier operation as a draft, a slice at a time. Throws as `fillDraft` does. */
export function planItems(
  ports: FreezePorts,
  draft: NewOperation,
  warnings: readonly string[],
  source: StoredOperation,
  client: string,
  slice: (operationId: number, afterSeq: number) => Promise<number | null>,
): Promise<Operation> {
  const outlook = { reversible: true, warnings, space: spaceForItems(source.lastSeq, draft.effect) };
  return fillDraft(ports, draft, outlook, async (operationId) => {
    for (let after: number | null = 0; after !== null; ) {
      tell(ports, client, after, source.lastSeq);
      after = await slice(operationId, after);
    }
  });
}

function tell({ emit }: FreezePorts, client: string, planned: number, total: number): void {
  emit({ name: 'operation.planning', payload: { planned, total } }, client);
}
