import type { Reason } from '../../../src-shared/domain/item.ts';
import type { Rule } from '../action.ts';

/** Skips records whose status may not become `target`, for `illegal_transition` or for what `reasons` says of their status. */
export function illegalTo<Status extends string>(
  transitions: Readonly<Record<Status, readonly Status[]>>,
  target: Status,
  reasons: Partial<Record<Status, Reason>> = {},
): Rule[] {
  const statuses = Object.keys(transitions) as Status[];
  const from = statuses.filter((status) => status !== target && !transitions[status].includes(target));
  return from.map((status) => ({
    reason: reasons[status] ?? 'illegal_transition',
    when: [{ op: 'in', field: 'status', values: [status], not: false }],
  }));
}
