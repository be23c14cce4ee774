import type { Change as ActionChange } from '../../src-main/actions/action.ts';
import { effectOf } from '../../src-main/actions/effect.ts';
import type { ClaimedBatch } from '../../src-main/sql/delivery/claim.ts';
import {
  type ExchangeAnswer,
  type ExchangeArgs,
  exchangeDeliveries,
} from '../../src-main/sql/delivery/delivery-exchange.ts';
import type { Settlement } from '../../src-main/sql/delivery/settling.ts';
import type { Db } from '../../src-main/sql/open.ts';
import { applyChunk } from '../../src-main/sql/operations/apply.ts';
import { insertDraft, sealDraft } from '../../src-main/sql/operations/drafts.ts';
import { moveOperation } from '../../src-main/sql/operations/operation-changes.ts';
import { planChange } from '../../src-main/sql/operations/plan.ts';
import { type CollectionName, collectionNames } from '../../src-shared/collections/index.ts';
import type { Fields } from './records.ts';

export const nowMs = 1_000_000;

export interface Change {
  readonly collection?: CollectionName;
  readonly ids: readonly number[];
  readonly values: Fields;
  /** How many records of it are changed here already. */
  readonly limit: number;
  /** Remotes to be told of it besides those that the workspace has a copy of. */
  readonly remotes: readonly string[];
}

/** An operation under way that sets these values here, and has told nobody yet; answers its number. */
export function applyChange(db: Db, { values, ...where }: Change): number {
  return applyAny(db, where, { kind: 'set', values, rules: [] });
}

/** The same that adds a comment. */
export function applyComment(db: Db, where: Omit<Change, 'values'>): number {
  return applyAny(db, where, { kind: 'comment', body: 'Hello', isInternal: false, rules: [] });
}

function applyAny(
  db: Db,
  { collection = 'tickets', ids, limit, remotes }: Omit<Change, 'values'>,
  change: Exclude<ActionChange, { kind: 'export' }>,
): number {
  const id = insertDraft(db, {
    action: 'update',
    collection,
    title: 'Set fields',
    details: [],
    selection: null,
    input: change.kind === 'set' ? change.values : {},
    effect: effectOf(change),
    actor: 'tester',
    nowMs,
    undoOf: null,
    retryOf: null,
  });
  const forDeleted = change.kind === 'set' && change.values['deletedAt'] === null;
  planChange(db, { operationId: id, ids: Float64Array.from(ids), change, forDeleted, nowMs });
  sealDraft(db, { id, reversible: true, warnings: [] });
  moveOperation(db, { id, from: ['draft'], to: 'pending', nowMs, event: 'started' });
  moveOperation(db, { id, from: ['pending'], to: 'in_progress', nowMs, event: 'running' });
  applyChunk(db, { operationId: id, limit, nowMs, runMs: 0, remotes });
  return id;
}

/** What an exchange for these operations hands out, with nothing to settle unless told otherwise. */
export function exchangeFor(
  db: Db,
  operationIds: readonly number[],
  more: Partial<ExchangeArgs> & Pick<ExchangeArgs, 'remote' | 'lanes' | 'batchMax'>,
): ExchangeAnswer {
  return exchangeDeliveries(db, {
    fence: 1,
    at: { nowMs, sureMs: nowMs },
    settlements: [],
    cursors: [],
    held: null,
    operationIds,
    collections: collectionNames,
    bulk: [],
    settleMs: 0,
    isIdle: false,
    tellOf: [],
    tellIfOpen: [],
    ...more,
  });
}

type Outcome = Partial<Settlement>;

/** What became of a batch: confirmed, unless told otherwise of all of it or of each record. */
export function settle(
  batch: ClaimedBatch | undefined,
  outcome: Outcome | ((recordKey: string) => Outcome),
): Settlement[] {
  return (batch?.deliveries ?? []).map((held) => ({
    operationId: held.operationId,
    seq: held.seq,
    fence: held.fence,
    attempts: held.attempts,
    crashes: held.crashes,
    reads: held.reads,
    code: held.code,
    doubtAt: held.doubtAt,
    version: null,
    theirs: null,
    state: 'confirmed',
    retryMs: null,
    ...(typeof outcome === 'function' ? outcome(held.recordKey) : outcome),
  }));
}
