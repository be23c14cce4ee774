import type { DeliveryCounts } from '../../../src-shared/domain/delivery.ts';

const explained = {
  refused: {
    words: 'refused there',
    remedy: 'Here stands again what stands there. Why is said beside each; retry when the reason is gone.',
  },
  conflict: {
    words: 'changed on both sides',
    remedy: 'Whose change stays is decided under Remotes. What was decided stays in this count.',
  },
  unknown: {
    words: 'no answer came, and the remote cannot tell what became of it',
    remedy: 'Look there, then say whether it arrived or is to be sent again.',
  },
  cancelled: {
    words: 'not sent, because the operation was cancelled',
    remedy: 'Here it stands as changed, and nothing is told of it. Undo takes it back here.',
  },
} as const;

export interface ThereGroup {
  readonly state: keyof typeof explained;
  readonly count: number;
  /** What became of it, in the middle of a sentence. */
  readonly words: string;
  readonly remedy: string;
}

/** What was done here and is not confirmed at the remotes that it belongs to, by what became of it. */
export function thereGroups(delivery: DeliveryCounts | null): ThereGroup[] {
  if (!delivery) return [];
  return (Object.keys(explained) as ThereGroup['state'][])
    .filter((state) => delivery[state] > 0)
    .map((state) => ({ state, count: delivery[state], ...explained[state] }));
}
