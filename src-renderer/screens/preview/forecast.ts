import type { Operation } from '../../../src-shared/domain/operation.ts';
import { formatDuration } from '../../format/times.ts';

/** A plan's forecast in words: facts for one line, and by name the parts that cannot be taken back. */
export function forecastWords({ action, forecast }: Pick<Operation, 'action' | 'forecast'>): {
  readonly facts: readonly string[];
  readonly irreversible: readonly string[];
} {
  // Nothing comparable has run yet: better no word than an empty one.
  const duration = forecast.durationMs === null ? [] : [`about ${formatDuration(forecast.durationMs)}`];
  const isExport = action === 'export';
  const facts = [
    ...duration.map((words) => words.replace('about under', 'under')),
    isExport ? 'changes no ticket' : forecast.reversible ? 'can be undone' : 'cannot be undone',
  ];
  const first = facts[0] ?? '';
  const isNameless = !isExport && !forecast.reversible && forecast.warnings.length === 0;
  return {
    facts: [first.charAt(0).toUpperCase() + first.slice(1), ...facts.slice(1)],
    irreversible: isNameless
      ? ['The changes themselves: there is no undo for this action.']
      : forecast.warnings,
  };
}
