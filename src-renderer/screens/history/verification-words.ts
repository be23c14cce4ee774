import type { HistoryProblem, Verification } from '../../../src-shared/contract/history.ts';
import { countOf, formatDuration, formatNumber } from '../../../src-shared/domain/number-words.ts';

/** The one sentence that matters of a check. */
export function verdictWords({ problems, hasMoreProblems }: Verification): string {
  if (problems.length === 0) return 'The history is as it was written.';
  const count = `${hasMoreProblems ? 'more than ' : ''}${countOf(problems.length, 'place', 'places')}`;
  return `The history is not as it was written, in ${count}.`;
}

/** What was checked: "1,204 journal entries and 88,120 items checked in 3 s." */
export function checkedWords({ entries, items, tookMs }: Verification): string {
  const what = `${countOf(entries, 'journal entry', 'journal entries')} and ${countOf(items, 'item', 'items')}`;
  return `${what} checked in ${formatDuration(tookMs)}.`;
}

/** Where a problem is, as far as it is known: "Journal entry 12 · items 501 to 1,000". */
export function placeWords({ entrySeq, fromSeq, toSeq }: HistoryProblem): string {
  const parts = entrySeq === null ? [] : [`journal entry ${formatNumber(entrySeq)}`];
  if (fromSeq !== null && (toSeq === null || toSeq === fromSeq)) parts.push(`item ${formatNumber(fromSeq)}`);
  else if (fromSeq !== null && toSeq !== null)
    parts.push(`items ${formatNumber(fromSeq)} to ${formatNumber(toSeq)}`);
  const words = parts.join(' · ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
