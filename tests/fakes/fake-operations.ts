import type { Item } from '../../src-shared/domain/item.ts';
import { isFinal } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { undoTitle } from '../../src-shared/domain/undo-title.ts';
import { fakeActions } from './fake-actions.ts';
import { planBack, planItem } from './fake-plan.ts';
import { ticketsOf } from './fake-records.ts';
import { fakeRunner, startedWith } from './fake-run.ts';
import { fakeTicket } from './fake-tickets.ts';
import type { Answers, FakeWorld } from './fake-world.ts';

/** What a fake console answers about operations. */
export function fakeOperationAnswers(world: FakeWorld): Answers {
  const { operations, entry, add, move } = world;
  const run = fakeRunner(world);
  return {
    'actions.list': () => ({ actions: fakeActions }),
    'operations.plan': ({ action, selection, input }) => {
      const info = fakeActions.find(({ name }) => name === action);
      const field = info?.form[0]?.name ?? 'deletedAt';
      const value = typeof input[field] === 'string' ? input[field] : null;
      const items = ticketsOf(world, selection).map((ticket, index) =>
        planItem(ticket, index + 1, field, value),
      );
      const title = `${info?.label ?? action}${value ? ` to ${value}` : ''}`;
      const isMail = action === 'add_comment' && input['isInternal'] !== true;
      const warnings = isMail ? ['Customers get a mail for each ticket. A mail cannot be taken back.'] : [];
      const forecast = { durationMs: items.length, reversible: true, warnings };
      return add({ action, title, forecast }, items);
    },
    'operations.undo': ({ id, seqs, fields }) => {
      const { operation, items } = entry(id);
      const done = items.filter(({ seq, state }) => state === 'done' && (!seqs || seqs.includes(seq)));
      const title = undoTitle(operation);
      return add({ action: 'undo', title, undoOf: id }, planBack(world, done, fields));
    },
    'operations.retry': ({ id }) => {
      const { operation, items } = entry(id);
      const again = items.filter(({ state }) => state === 'failed' || state === 'cancelled');
      const planned = again.map(
        (item, index): Item => ({ ...item, seq: index + 1, state: 'planned', reason: null }),
      );
      return add({ action: operation.action, title: `Retry: ${operation.title}`, retryOf: id }, planned);
    },
    'operations.start': ({ id, options }) => {
      const { operation, items } = entry(id);
      const undone = items.filter(({ state }) => state === 'planned').length;
      if (operation.undoOf !== null) move(operation.undoOf, { undoneBy: id, undone });
      run(id);
      return move(id, startedWith(RunOptions.parse(options ?? {})), 'started');
    },
    'operations.pause': ({ id }) => move(id, { state: 'paused' }, 'paused'),
    'operations.resume': ({ id }) => {
      run(id);
      return move(id, { state: 'in_progress', stoppedBy: null }, 'resumed');
    },
    'operations.cancel': ({ id }) => {
      for (const item of entry(id).items) if (item.state === 'planned') item.state = 'cancelled';
      return move(id, { state: 'cancelled', endedAt: Date.now() }, 'cancelled');
    },
    'operations.discard': ({ id }) => {
      operations.delete(id);
      return {};
    },
    'operations.dismiss': ({ id }) => move(id, { isDismissed: true }),
    'operations.dismiss_ended': () => {
      for (const [id, { operation }] of operations)
        if (isFinal(operation.state)) move(id, { isDismissed: true });
      world.events.tell({ name: 'operations.dismissed', payload: { actor: 'mina' } });
      return {};
    },
    'operations.pin': ({ id, isPinned }) => move(id, { isPinned }),
    'operations.get': ({ id }) => entry(id).operation,
    'operations.list': ({
      isDismissed,
      states,
      search,
      startedFrom = 0,
      startedBefore = Number.POSITIVE_INFINITY,
    }) => ({
      operations: [...operations.values()]
        .map(({ operation }) => operation)
        .filter(
          ({ state, title, startedAt, createdAt, isDismissed: gone }) =>
            state !== 'draft' &&
            (startedAt ?? createdAt) >= startedFrom &&
            (startedAt ?? createdAt) < startedBefore &&
            (states.length === 0 || states.includes(state)) &&
            title.toLowerCase().includes(search.toLowerCase()) &&
            (isDismissed === undefined || gone === isDismissed),
        )
        .reverse(),
      hasMore: false,
    }),
    'operations.items': ({ id, states, reasons, deliveries, after, limit }) => {
      const fitting = entry(id).items.filter(
        (item) =>
          item.seq > after &&
          (states.length === 0 || states.includes(item.state)) &&
          (reasons.length === 0 || (item.reason !== null && reasons.includes(item.reason))) &&
          (deliveries.length === 0 || (item.delivery !== null && deliveries.includes(item.delivery.state))),
      );
      return { items: fitting.slice(0, limit), hasMore: fitting.length > limit };
    },
    'operations.journal': ({ id }) => ({ entries: entry(id).journal }),
    'sample.plan': ({ count }) => {
      const items = Array.from({ length: Math.min(count, 500) }, (_, index): Item => {
        const ticket = fakeTicket(index + 1, world.nowMs);
        const { id: _id, version: _version, deletedAt: _deletedAt, ...after } = ticket;
        return { ...planItem(ticket, index + 1, 'status', null), recordId: null, before: null, after };
      });
      return add({ action: 'import', title: 'Create sample tickets' }, items);
    },
  };
}
