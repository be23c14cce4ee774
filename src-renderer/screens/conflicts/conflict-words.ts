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
          'Your change is made again on top of their latest version, and sent. In the fields that you changed, yours replaces theirs; the rest of theirs comes here. This runs as an operation of its own and can be undone.',
        button: 'Keep all mine',
      }
    : {
        title: `Take theirs in ${records}?`,
        description:
          'These records become what they are on the remote. Your change is dropped and nothing is sent. To have it after all, make it again.',
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
    return 'Nothing was decided: somebody decided it meanwhile, or the version on the remote is not known yet.';
  if (keep === 'theirs')
    return `${countOf(settled, 'record is now as it is', 'records are now as they are')} on the remote.`;
  if (operations.length === 0)
    return `${formatNumber(settled)} settled. The remote has what you wanted already, so nothing had to be sent.`;
  const { change, cannot, cannotBy } = planCounts(operations.flatMap(({ tallies }) => tallies));
  const sentences = [`${formatNumber(settled)} settled.`];
  if (change > 0) sentences.push('Your change is being made again on top of their latest version.');
  if (cannot > 0) sentences.push(`${formatNumber(cannot)} cannot: ${cannotWords(cannotBy)}.`);
  return sentences.join(' ');
}

/** A value as it is read in a conflict. Whether a record is deleted matters, and its time may not be known. */
export function conflictValue(collection: Collection, field: string, value: FieldValue): string {
  if (field === 'deletedAt') return value === null ? 'Not deleted' : 'Deleted';
  return formatValue(collection, field, value);
}
