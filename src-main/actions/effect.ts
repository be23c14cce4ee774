import { z } from 'zod';
import { assertNever } from '../../src-shared/domain/assert-never.ts';
import { OperationId } from '../../src-shared/domain/selection.ts';
import type { Change } from './action.ts';
import { ExportFormat } from './export-format.ts';

/** What the chunks of a started operation do. Stored with the operation, so that a restart needs nothing else. */
export const Effect = z.discriminatedUnion('kind', [
  /**
   * Each item's `after` is written to its record; it holds exactly these fields or, where it is sparse, those of them that
   * change in that record. What `erase` names is emptied for good.
   */
  z.strictObject({
    kind: z.literal('fields'),
    fields: z.array(z.string()),
    isSparse: z.literal(true).optional(),
    erase: z.array(z.string()).optional(),
  }),
  /** Each item becomes a new record. */
  z.strictObject({ kind: z.literal('create') }),
  z.strictObject({ kind: z.literal('comment'), body: z.string(), isInternal: z.boolean() }),
  /** The comments that an earlier operation added to these records are hidden or shown again. */
  z.strictObject({ kind: z.literal('comment_visibility'), of: OperationId, isVisible: z.boolean() }),
  /** The selected records are written to a file; no record changes, so there are no items. */
  z.strictObject({
    kind: z.literal('export'),
    path: z.string(),
    columns: z.array(z.string()),
    hasBom: z.boolean(),
    /** CSV where nothing is said. */
    format: ExportFormat.optional(),
    /** Long texts and foreign fields as well; not in CSV. */
    hasDetails: z.boolean().optional(),
  }),
]);
export type Effect = z.infer<typeof Effect>;

/** The effect of undoing operation `id`, or null when there is nothing that could be undone. */
export function invertEffect(effect: Effect, id: number): Effect | null {
  switch (effect.kind) {
    case 'fields':
      return { kind: 'fields', fields: effect.fields, ...(effect.isSparse && { isSparse: true }) };
    case 'create':
      return { kind: 'fields', fields: ['deletedAt'] };
    case 'comment':
      return { kind: 'comment_visibility', of: id, isVisible: false };
    case 'comment_visibility':
      return { ...effect, isVisible: !effect.isVisible };
    case 'export':
      return null;
    default:
      return assertNever(effect);
  }
}

/** The effect of a change on records. */
export function effectOf(change: Exclude<Change, { kind: 'export' }>): Effect {
  return change.kind === 'set'
    ? {
        kind: 'fields',
        fields: Object.keys({ ...change.values, ...change.computed }),
        ...(change.erase && { erase: [...change.erase] }),
      }
    : { kind: 'comment', body: change.body, isInternal: change.isInternal };
}
