import type { Collection } from '../../../src-shared/collections/field.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { cannotWords, planCounts } from '../../format/tallies.ts';
import { formatValue } from '../../format/values.ts';

/** Whose change of a record stays. */
export type Keep = 'mine' | 'theirs';

export interface SettleWords {
  readonly title: string;
  readonly description: string;
  readonly button: string;
}

/** What will happen, for somebody who is about to decide all alike. */
export function settleAllWords(keep: Keep, count: number): SettleWords {
  const records = countOf(count, 'record', 'records');
  return keep === 'mine'
    ? {
        title: `Keep yours in ${records}?`,
        description:
          'Your change is made again on top of what stands there now, and sent. In the fields that you changed, what others wrote there is replaced; the rest of theirs comes here. It runs as an operation of its own and can be undone.',
        button: 'Keep all mine',
      }
    : {
        title: `Take theirs in ${records}?`,
        description:
          'These records become here what they are there. Your change of them is given up and nothing is sent. To have it after all, you would make it again.',
        button: 'Take all theirs',
      };
}

/** What came of a decision: how many were settled, and what the operations can do that make the changes again. */
export function settledWords(
  settled: number,
  keep: Keep,
  operations: readonly Pick<Operation, 'tallies'>[],
): string {
  if (settled === 0)
    return 'Nothing could be decided: it was decided meanwhile, or it is not known yet what stands there.';
  if (keep === 'theirs')
    return `${countOf(settled, 'record is here now as it is', 'records are here now as they are')} there.`;
  if (operations.length === 0)
    return `${formatNumber(settled)} settled. What stands there is what you wanted, so nothing had to be sent.`;
  const { change, cannot, cannotBy } = planCounts(operations.flatMap(({ tallies }) => tallies));
  const sentences = [`${formatNumber(settled)} settled.`];
  if (change > 0) sentences.push('Your change is being made again on top of what stands there.');
  if (cannot > 0) sentences.push(`${formatNumber(cannot)} cannot: ${cannotWords(cannotBy)}.`);
  return sentences.join(' ');
}

/** A value as it is read in a conflict. Whether a record is deleted matters, and its time may not be known. */
export function conflictValue(collection: Collection, field: string, value: FieldValue): string {
  if (field === 'deletedAt') return value === null ? 'Not deleted' : 'Deleted';
  return formatValue(collection, field, value);
}
