import { assertNever } from '../../src-shared/domain/assert-never.ts';
import type { Change } from './action.ts';

/** What the chunks of a started operation do. Stored with the operation, so that a restart needs nothing else. */
export type Effect =
  /** Each item's `after` is written to its record; it holds exactly these fields. */
  | { readonly kind: 'fields'; readonly fields: readonly string[] }
  /** Each item becomes a new record. */
  | { readonly kind: 'create' }
  | { readonly kind: 'comment'; readonly body: string; readonly isInternal: boolean }
  /** The comments that an earlier operation added to these records are hidden or shown again. */
  | { readonly kind: 'comment_visibility'; readonly of: number; readonly isVisible: boolean }
  /** The selected records are written to a file; no record changes, so there are no items. */
  | {
      readonly kind: 'export';
      readonly path: string;
      readonly columns: readonly string[];
      readonly hasBom: boolean;
    };

/** The effect of undoing operation `id`, or null when there is nothing that could be undone. */
export function invertEffect(effect: Effect, id: number): Effect | null {
  switch (effect.kind) {
    case 'fields':
      return effect;
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
    ? { kind: 'fields', fields: Object.keys(change.values) }
    : { kind: 'comment', body: change.body, isInternal: change.isInternal };
}
