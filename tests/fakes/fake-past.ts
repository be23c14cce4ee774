import type { Item } from '../../src-shared/domain/item.ts';
import { countsOf, finalStateOf, type Operation } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { planItem } from './fake-plan.ts';
import { type FakeWorld, tally } from './fake-world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Past {
  readonly title: string;
  readonly action?: string;
  readonly agoMs: number;
  readonly tookMs: number;
  readonly tickets: readonly [from: number, to: number];
  readonly set: Readonly<Record<string, string>>;
  /** Every so-manieth item did not go as asked. */
  readonly failEvery?: number;
  readonly more?: Partial<Operation>;
}

const pasts: readonly Past[] = [
  {
    title: 'Assign to Aylin Demir',
    action: 'assign',
    agoMs: 400 * hourMs,
    tookMs: 900,
    tickets: [1, 60],
    set: { assignee: 'Aylin Demir' },
    more: { isCleaned: true },
  },
  {
    title: 'Set priority to High',
    action: 'update_priority',
    agoMs: 51 * hourMs,
    tookMs: 2_400,
    tickets: [20, 240],
    set: { priority: 'high' },
    failEvery: 23,
    more: { isPinned: true },
  },
  {
    title: 'Set category to Billing',
    action: 'update_category',
    agoMs: 26 * hourMs,
    tookMs: 5_200,
    tickets: [300, 900],
    set: { category: 'Billing' },
  },
  {
    title: 'Hand over to Sam Okafor',
    agoMs: 3 * hourMs,
    tookMs: 1_300,
    tickets: [900, 960],
    set: { assignee: 'Sam Okafor', status: 'pending', priority: 'low' },
  },
  {
    title: 'Set status to Solved',
    agoMs: 40 * minuteMs,
    tookMs: 600,
    tickets: [1000, 1400],
    set: { status: 'solved' },
    failEvery: 9,
    more: {
      stoppedBy: {
        code: 'too_many_errors',
        message: '26 tickets failed; 25 were allowed. What was not started was left as it was.',
      },
      options: RunOptions.parse({ maxErrors: 25 }),
    },
  },
];

/** Some days of operations: done, partly done, stopped, pinned, and one that retention has cleaned. */
export function addPast(world: FakeWorld): void {
  for (const past of pasts) addOne(world, past);
}

function addOne(world: FakeWorld, past: Past): void {
  const isStopped = past.more?.stoppedBy !== undefined;
  const [from, to] = past.tickets;
  const items: Item[] = [];
  for (let id = from; id <= to; id += 1) {
    const ticket = world.records.get(id);
    if (!ticket) continue;
    const seq = items.length + 1;
    const before = Object.fromEntries(
      Object.keys(past.set).map((name) => [
        name,
        (ticket as Readonly<Record<string, unknown>>)[name] as string | null,
      ]),
    );
    const base = { ...planItem(ticket, seq, 'subject', ''), before, after: { ...past.set }, attempts: 1 };
    const isFailed = past.failEvery !== undefined && seq % past.failEvery === 0;
    const isLeft = isStopped && seq > 234;
    if (isLeft) items.push({ ...base, state: 'cancelled', reason: null, attempts: 0 });
    else if (isFailed) items.push({ ...base, state: 'failed', reason: 'changed_since' });
    else {
      items.push({ ...base, state: 'done', reason: null });
      // Somebody else has been here since.
      const isTouched = id % 31 === 0;
      world.records.set(id, {
        ...ticket,
        ...past.set,
        ...(isTouched ? { status: 'on_hold' as const, assignee: 'Jonas Weber' } : {}),
      });
    }
  }
  const startedAt = world.nowMs - past.agoMs;
  const tallies = tally(items);
  const operation = world.add(
    {
      action: past.action ?? 'update_status',
      title: past.title,
      actor: 'mina',
      state: finalStateOf(countsOf(tallies), isStopped),
      tallies,
      createdAt: startedAt - 4_000,
      startedAt,
      endedAt: startedAt + past.tookMs,
      isDismissed: past.agoMs > 12 * hourMs,
      ...past.more,
    },
    past.more?.isCleaned ? [] : items,
  );
  const { journal } = world.entry(operation.id);
  for (const [index, event] of ['started', 'running', operation.state].entries())
    journal.push({ seq: index + 1, at: startedAt + index * 200, event, detail: {} });
}
