import { describe, expect, it } from 'vitest';
import {
  createQueue,
  type Queue,
  type QueueEntry,
  queueEntryOf,
} from '../../../src-main/engine/run/queue.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { seedTickets } from '../../builders/seed.ts';
import { everyTicket, theseTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const nowMs = 1_000;

function waiting(id: number, actor: string, items = 10): QueueEntry {
  return { id, actor, items, startAt: null };
}

/** Takes until nothing may run any more, one slot at a time. */
function order(queue: Queue): number[] {
  const ids: number[] = [];
  for (let next = queue.take(nowMs, []); next; next = queue.take(nowMs, [])) ids.push(next.id);
  return ids;
}

describe('whose turn it is', () => {
  it('goes round between people, and first come first served for each of them', () => {
    const queue = createQueue();
    for (const [id, actor] of [
      [1, 'Ada'],
      [2, 'Ada'],
      [3, 'Ada'],
      [4, 'Ben'],
      [5, 'Cem'],
      [6, 'Ben'],
    ] as const)
      queue.add(waiting(id, actor));
    expect(order(queue)).toEqual([1, 4, 5, 2, 6, 3]);
  });

  it('comes soon for one who has few, however many another one has', () => {
    const queue = createQueue();
    for (let id = 1; id <= 100; id += 1) queue.add(waiting(id, 'Ada'));
    expect(queue.take(nowMs, [])?.id).toBe(1);
    queue.add(waiting(101, 'Ben'));
    expect(queue.take(nowMs, [])?.id).toBe(101);
    expect(queue.take(nowMs, [])?.id).toBe(2);
  });

  it('is asked for once, and can be given up', () => {
    const queue = createQueue();
    queue.add(waiting(1, 'Ada'));
    queue.add(waiting(1, 'Ada'));
    queue.add(waiting(2, 'Ada'));
    queue.remove(2);
    expect(order(queue)).toEqual([1]);
  });

  it('does not come for a second huge operation while one runs, and for a small one it does', () => {
    const queue = createQueue();
    const huge = waiting(1, 'Ada', 50_001);
    queue.add(waiting(2, 'Ben', 60_000));
    expect(queue.take(nowMs, [huge])).toBeNull();
    queue.add(waiting(3, 'Ben', 50_000));
    expect(queue.take(nowMs, [huge])?.id).toBe(3);
    expect(queue.take(nowMs, [waiting(3, 'Ben', 50_000)])?.id).toBe(2);
  });

  it('is that of a small one for a huge operation that is nearly done', () => {
    const tallies = [
      { state: 'done', reason: null, count: 60_000 },
      { state: 'planned', reason: null, count: 10 },
    ] as const;
    const left: Partial<Operation> = {
      id: 1,
      actor: 'Ada',
      tallies: [...tallies],
      options: defaultRunOptions,
    };
    expect(queueEntryOf(left as Operation)).toEqual(waiting(1, 'Ada', 10));
  });

  it('does not come before the time it is to start at', () => {
    const queue = createQueue();
    queue.add({ ...waiting(1, 'Ada'), startAt: nowMs + 1 });
    expect(queue.nextDueAt(nowMs)).toBe(nowMs + 1);
    // What is due waits for nothing but room.
    expect(queue.nextDueAt(nowMs + 1)).toBeNull();
    queue.add(waiting(2, 'Ada'));
    expect(order(queue)).toEqual([2]);
    expect(queue.take(nowMs + 1, [])?.id).toBe(1);
  });
});

describe('operations of all sizes', () => {
  const app = useConsole({
    per: 'test',
    fill: (folder) => seedTickets(folder, 51_000),
  });

  function plan(category: string, selection = everyTicket): Promise<Operation> {
    return app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection,
      input: { category },
    });
  }

  it('run so that a small one does not wait for huge ones', async () => {
    const drafts = [await plan('A'), await plan('B'), await plan('C', theseTickets(1, 2, 3))];
    const begun: number[] = [];
    const ended: number[] = [];
    app.console.subscribe(({ name, payload }) => {
      if (name !== 'operation.updated') return;
      const { id, state, endedAt } = payload.operation;
      if (state === 'in_progress' && !begun.includes(id)) begun.push(id);
      if (endedAt !== null && !ended.includes(id)) ended.push(id);
    });
    const [first, second, small] = drafts.map(({ id }) => id);
    const all = drafts.map(({ id }) => app.ended(id));
    for (const { id } of drafts) await app.ask('operations.start', { id });
    await Promise.all(all);
    expect(begun).toEqual([first, small, second]);
    expect(ended).toEqual([small, first, second]);
  });
});
