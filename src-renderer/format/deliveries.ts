import {
  type Decision,
  type DeliveryCounts,
  type DeliveryState,
  decisionOf,
} from '../../src-shared/domain/delivery.ts';
import { countOf, formatNumber } from '../../src-shared/domain/number-words.ts';
import { errorWords } from './actions.ts';
import type { Look } from './looks.ts';

export const deliveryLooks: Readonly<Record<DeliveryState, Look>> = {
  waiting: { word: 'Waits', tone: 'neutral', icon: 'clock' },
  sending: { word: 'Sending', tone: 'info', icon: 'arrowUp' },
  checking: { word: 'Checking', tone: 'info', icon: 'search' },
  confirmed: { word: 'Confirmed', tone: 'success', icon: 'done' },
  refused: { word: 'Refused', tone: 'danger', icon: 'error' },
  conflict: { word: 'Conflict', tone: 'warning', icon: 'warning' },
  unknown: { word: 'Unknown', tone: 'warning', icon: 'warning' },
  cancelled: { word: 'Not sent', tone: 'neutral', icon: 'stop' },
};

const decisionLooks: Readonly<Record<Decision, Look>> = {
  kept_mine: { word: 'Yours kept', tone: 'neutral', icon: 'done' },
  kept_theirs: { word: 'Theirs kept', tone: 'neutral', icon: 'done' },
  decided: { word: 'Decided', tone: 'neutral', icon: 'done' },
};

/** How a delivery stands; a conflict that was decided is none any more. */
export function deliveryLook(delivery: { state: DeliveryState; code: string | null }): Look {
  const decision = decisionOf(delivery);
  return decision ? decisionLooks[decision] : deliveryLooks[delivery.state];
}

const inSentence: Readonly<Record<DeliveryState, string>> = {
  waiting: 'to be sent',
  sending: 'being sent',
  checking: 'being checked',
  confirmed: 'confirmed',
  refused: 'refused',
  conflict: 'in conflict',
  unknown: 'unknown',
  cancelled: 'not sent',
};

const inOrder = Object.keys(inSentence) as DeliveryState[];

/** How many changes a remote is told of in all. */
export function deliveryTotal(counts: DeliveryCounts): number {
  return inOrder.reduce((sum, state) => sum + counts[state], 0);
}

/**
 * What became of what was not confirmed: "12 refused · 3 in conflict · 1 conflict decided"; empty where all was. A
 * conflict stays in the counts of its operation when it was decided.
 */
export function notConfirmedWords(counts: DeliveryCounts, undecided: number): string {
  const open = { ...counts, conflict: undecided };
  const decided = counts.conflict - undecided;
  const words = inOrder
    .filter((state) => state !== 'confirmed' && open[state] > 0)
    .map((state) => `${formatNumber(open[state])} ${inSentence[state]}`);
  if (decided > 0) words.push(`${countOf(decided, 'conflict', 'conflicts')} decided`);
  return words.join(' · ');
}

const codeWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    quarantined: 'Set aside: the console ended three times while sending it',
    no_answer: 'No answer came',
    not_supported: 'It cannot take this kind of change',
    forbidden: 'You may not do this there',
    failed: 'It could not do this, and did not say why',
    kept_mine: 'Made again on top of theirs, as an operation of its own',
    kept_theirs: 'Given up: theirs was taken',
    decided: 'Changed on both sides, and decided',
  }),
);

/** Why a remote was not told, or said no, or how that was decided, in words; a code that this window does not know is shown as it stands. */
export function deliveryReason(code: string): string {
  const known = code.toLowerCase();
  return codeWords.get(known) ?? errorWords(known);
}
