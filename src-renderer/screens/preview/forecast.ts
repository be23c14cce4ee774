import type { Operation } from '../../../src-shared/domain/operation.ts';
import { formatDuration } from '../../format/times.ts';

/** A plan's forecast in words: facts for one line, and warnings that stand for themselves. */
export function forecastWords({ action, forecast }: Pick<Operation, 'action' | 'forecast'>): {
  readonly facts: readonly string[];
  readonly warnings: readonly string[];
} {
  // Nothing comparable has run yet: better no word than an empty one.
  const duration = forecast.durationMs === null ? [] : [`about ${formatDuration(forecast.durationMs)}`];
  const facts = [
    ...duration.map((words) => words.replace('about under', 'under')),
    action === 'export' ? 'changes no ticket' : forecast.reversible ? 'can be undone' : 'cannot be undone',
  ];
  const first = facts[0] ?? '';
  return {
    facts: [first.charAt(0).toUpperCase() + first.slice(1), ...facts.slice(1)],
    warnings: forecast.warnings,
  };
}
