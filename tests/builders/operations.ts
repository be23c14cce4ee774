import {
  countDeliveryStates,
  type DeliveryCounts,
  type DeliveryState,
} from '../../src-shared/domain/delivery.ts';
import { type Operation, type Tally } from '../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../src-shared/domain/run-options.ts';

/** A finished operation with the given differences from an ordinary one. */
export function buildOperation(changes: Partial<Operation> = {}): Operation {
  return {
    id: 1,
    action: 'update-status',
    collection: 'tickets',
    title: 'Set status to Solved',
    details: [],
    fields: ['status'],
    state: 'completed',
    tallies: [{ state: 'done', reason: null, count: 10 }] satisfies Tally[],
    forecast: { durationMs: null, reversible: true, warnings: [] },
    actor: 'Mina',
    createdAt: 1_700_000_000_000,
    startedAt: 1_700_000_000_500,
    endedAt: 1_700_000_001_500,
    isCancelling: false,
    stoppedBy: null,
    undoOf: null,
    retryOf: null,
    undoneBy: null,
    retriedBy: null,
    undone: 0,
    file: null,
    rejected: 0,
    delivery: null,
    undecided: 0,
    isDismissed: false,
    options: defaultRunOptions,
    isPinned: false,
    isCleaned: false,
    ...changes,
  };
}

/** What remotes were told of, by state; none where nothing is said. */
export function deliveryCounts(counts: Partial<DeliveryCounts>): DeliveryCounts {
  return countDeliveryStates(
    Object.entries(counts).map(([state, count]) => ({ state: state as DeliveryState, count })),
  );
}
