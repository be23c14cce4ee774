import type { Settings } from '../../../src-shared/contract/app.ts';
import { countOf, formatDuration } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';

/** What is to be known before starting, by name. */
export interface Caution {
  readonly title: string;
  /** Something of it cannot be taken back. */
  readonly isIrreversible: boolean;
  readonly parts: readonly string[];
}

/** A plan's forecast in words: facts for one line, and what does not go without saying. */
export function forecastWords(
  { action, forecast }: Pick<Operation, 'action' | 'forecast'>,
  { historyDays }: Pick<Settings, 'historyDays'>,
): {
  readonly facts: readonly string[];
  readonly caution: Caution | null;
} {
  const { durationMs, reversible, erases = false, warnings } = forecast;
  // Nothing comparable has run yet: better no word than an empty one.
  const duration = durationMs === null ? [] : [`about ${formatDuration(durationMs)}`];
  const isExport = action === 'export';
  const facts = [
    ...duration.map((words) => words.replace('about under', 'under')),
    isExport ? 'changes no record' : reversible ? undoWords(historyDays, erases) : 'cannot be undone',
  ];
  const first = facts[0] ?? '';
  const isLost = !isExport && !reversible;
  const isIrreversible = isLost || erases;
  const title = isLost
    ? 'This cannot be undone'
    : erases
      ? 'Not all of this can be undone'
      : 'Before you start';
  return {
    facts: [first.charAt(0).toUpperCase() + first.slice(1), ...facts.slice(1)],
    caution: isIrreversible || warnings.length > 0 ? { title, isIrreversible, parts: warnings } : null,
  };
}

/** For how long it can be taken back: retention removes what that takes so many days after the end. */
function undoWords(historyDays: number | null, erases: boolean): string {
  const words = erases ? 'can be undone in part' : 'can be undone';
  return historyDays === null ? words : `${words} for ${countOf(historyDays, 'day', 'days')}`;
}
