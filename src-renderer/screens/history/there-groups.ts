import type { DeliveryCounts, DeliveryState } from '../../../src-shared/domain/delivery.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';

export interface ThereGroup {
  readonly state: DeliveryState;
  readonly code: 'decided' | null;
  readonly count: number;
  /** What became of it, in the middle of a sentence. */
  readonly words: string;
  readonly remedy: string;
}

interface Explained extends Omit<ThereGroup, 'count'> {
  readonly countOf: (delivery: DeliveryCounts, undecided: number) => number;
}

const explained: readonly Explained[] = [
  {
    state: 'refused',
    code: null,
    countOf: ({ refused }) => refused,
    words: 'refused there',
    remedy:
      'They are here again what they are there. The reason is shown beside each; retry when it is gone.',
  },
  {
    state: 'conflict',
    code: null,
    countOf: (_, undecided) => undecided,
    words: 'changed on both sides',
    remedy: 'Whose change stays is decided under Remotes.',
  },
  {
    state: 'unknown',
    code: null,
    countOf: ({ unknown }) => unknown,
    words: 'no answer came, and the remote cannot tell what became of it',
    remedy: 'Look there, then say whether it arrived or should be sent again.',
  },
  {
    state: 'cancelled',
    code: null,
    countOf: ({ cancelled }) => cancelled,
    words: 'not sent, because the operation was cancelled',
    remedy: 'The change stands here and is not sent. Undo takes it back here.',
  },
  {
    state: 'conflict',
    code: 'decided',
    countOf: ({ conflict }, undecided) => conflict - undecided,
    words: 'changed on both sides, and decided',
    remedy: 'Nothing to do: whose change stays is shown beside each.',
  },
];

/** What was done here and is not confirmed at the remotes that it belongs to, by what became of it; what is settled last. */
export function thereGroups({
  delivery,
  undecided,
}: Pick<Operation, 'delivery' | 'undecided'>): ThereGroup[] {
  if (!delivery) return [];
  return explained
    .map(({ countOf, ...words }) => ({ ...words, count: countOf(delivery, undecided) }))
    .filter(({ count }) => count > 0);
}
