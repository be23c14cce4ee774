import type { Action, Change } from '../../actions/action.ts';
import { actionOf } from '../../actions/index.ts';
import type { StoredOperation } from '../../store/store.ts';

/**
 * What plans an operation's changes another time, against what its records hold now: its action; the cells of an edited
 * export, by the rules of one; or, where there is neither, the items as they were written.
 */
export type Again =
  | { readonly by: 'action'; readonly action: Action; readonly change: Exclude<Change, { kind: 'export' }> }
  | { readonly by: 'cells' }
  | { readonly by: 'items' };

/** Of an operation that is no export. */
export function againOf({ operation, effect, input }: StoredOperation, nowMs: number): Again {
  const action = actionOf(operation.collection, operation.action);
  const change = action?.prepare(input, { nowMs }).change;
  if (action && change && change.kind !== 'export') return { by: 'action', action, change };
  const isSparse = effect.kind === 'fields' && effect.isSparse === true;
  return { by: isSparse && operation.undoOf === null ? 'cells' : 'items' };
}
