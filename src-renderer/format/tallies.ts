import { type Reason, reasons } from '../../src-shared/domain/item.ts';
import { countOf, formatNumber } from '../../src-shared/domain/number-words.ts';
import { countsOf, type Operation, standingOf, type Tally } from '../../src-shared/domain/operation.ts';
import { isRedo } from '../../src-shared/domain/undo-title.ts';

/** Reasons that mean "nothing to do here" rather than "this may not be done". */
export const alreadyReasons = [
  'already_so',
  'already_archived',
  'duplicate',
] as const satisfies readonly Reason[];

export interface PlanCounts {
  readonly change: number;
  readonly already: number;
  readonly cannot: number;
  /** Why not, most frequent first. */
  readonly cannotBy: readonly { readonly reason: Reason | null; readonly count: number }[];
}

/** Sorts a plan's tallies into what will change, what is already so and what cannot. */
export function planCounts(tallies: readonly Tally[]): PlanCounts {
  const cannotBy = new Map<Reason | null, number>();
  let change = 0;
  let already = 0;
  for (const { state, reason, count } of tallies) {
    if (count === 0) continue;
    if (state !== 'skipped' && state !== 'failed') change += count;
    else if (reason !== null && (alreadyReasons as readonly Reason[]).includes(reason)) already += count;
    else cannotBy.set(reason, (cannotBy.get(reason) ?? 0) + count);
  }
  const sorted = [...cannotBy]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
  return { change, already, cannot: sorted.reduce((sum, { count }) => sum + count, 0), cannotBy: sorted };
}

/** A reason's words in the middle of a sentence. */
export function reasonWords(reason: Reason | null): string {
  const words = reason === null ? 'no reason given' : reasons[reason];
  return words.charAt(0).toLowerCase() + words.slice(1);
}

const planVerbs: Readonly<Record<string, string>> = {
  import: 'will be created',
  export: 'will be exported',
  delete: 'will be deleted',
  restore: 'will be restored',
  add_comment: 'will get a comment',
};

/** What starting a plan does to a record: "will change", "will be created". */
export function planVerb(operation: Pick<Operation, 'action' | 'undoOf' | 'title'>): string {
  if (operation.undoOf !== null) return isRedo(operation) ? 'will be redone' : 'will be undone';
  return planVerbs[operation.action] ?? 'will change';
}

/** The sentence that matters before starting: "4,950 tickets will change. 38 are already so. 12 cannot: …" */
export function tallySentence(
  tallies: readonly Tally[],
  words: {
    readonly one: string;
    readonly many: string;
    readonly verb?: string;
    readonly already?: string;
  },
): string {
  const { change, already, cannot, cannotBy } = planCounts(tallies);
  const subject = change === 0 ? `No ${words.one}` : countOf(change, words.one, words.many);
  const sentences = [`${subject} ${words.verb ?? 'will change'}.`];
  if (already > 0) sentences.push(`${countOf(already, 'is', 'are')} ${words.already ?? 'already so'}.`);
  if (cannot > 0) sentences.push(`${formatNumber(cannot)} cannot: ${cannotWords(cannotBy)}.`);
  return sentences.join(' ');
}

/** The reasons in a sentence, with their counts where there are several. */
export function cannotWords(cannotBy: PlanCounts['cannotBy']): string {
  if (cannotBy.length === 1) return reasonWords(cannotBy[0]?.reason ?? null);
  return cannotBy.map(({ reason, count }) => `${reasonWords(reason)} (${formatNumber(count)})`).join(', ');
}

/** What became of an operation in short: "4,950 done · 38 skipped · 12 failed", and rows of a file that were rejected. */
export function outcomeWords({ tallies, rejected }: Pick<Operation, 'tallies' | 'rejected'>): string {
  const counts = countsOf(tallies);
  const parts = [
    [counts.done, 'done'],
    [counts.skipped, 'skipped'],
    [counts.failed, 'failed'],
    [counts.unknown, 'unknown'],
    [counts.cancelled, 'not run'],
    [rejected, rejected === 1 ? 'row rejected' : 'rows rejected'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatNumber(count)} ${word}`);
  return shown.join(' · ') || 'Nothing to do';
}

/** On the button that plans again what did not get done: what failed, and what was not started. */
export function retryLabel({
  tallies,
  delivery,
}: Pick<Operation, 'tallies' | 'delivery'>): 'Retry failed' | 'Retry remaining' {
  const counts = countsOf(tallies);
  const failed = counts.failed + (delivery?.refused ?? 0);
  return failed > 0 && counts.cancelled === 0 ? 'Retry failed' : 'Retry remaining';
}

/** How much of an operation was taken back: "Undone", "12 of 60 undone", or null for nothing. */
export function undoneWords(
  operation: Pick<Operation, 'undone' | 'tallies' | 'delivery' | 'undecided'>,
): string | null {
  const { undone } = operation;
  const standing = standingOf(operation);
  if (undone === 0) return null;
  return undone >= standing ? 'Undone' : `${formatNumber(undone)} of ${formatNumber(standing)} undone`;
}
