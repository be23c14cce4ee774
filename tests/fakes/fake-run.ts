import { countsOf, finalStateOf, type Operation } from '../../src-shared/domain/operation.ts';
import { brokenRule, canaryDone, type StoppedBy, triedOf } from '../../src-shared/domain/stop-rule.ts';
import type { Ticket } from './fake-tickets.ts';
import { type FakeWorld, tally } from './fake-world.ts';

/** Runs a started operation chunk after chunk, with the options that it was started with. */
export function fakeRunner(world: FakeWorld): (id: number) => void {
  const { options, events, records } = world;
  const later = (id: number) => void setTimeout(() => step(id), options.tickMs ?? 100);

  const settle = (id: number, limit: number) => {
    const planned = world.entry(id).items.filter(({ state }) => state === 'planned');
    for (const item of planned.slice(0, limit)) {
      item.attempts += 1;
      item.finishedAt = Date.now();
      const isBad = options.failEvery !== undefined && (item.recordId ?? 0) % options.failEvery === 0;
      if (isBad) Object.assign(item, { state: 'failed', reason: 'changed_since' });
      else item.state = 'done';
      const record = records.get(item.recordId ?? 0);
      if (!isBad && record && item.after)
        records.set(record.id, { ...record, ...item.after, version: record.version + 1 } as Ticket);
    }
  };

  const stop = (id: number, stoppedBy: StoppedBy) => {
    for (const item of world.entry(id).items) if (item.state === 'planned') item.state = 'cancelled';
    world.move(id, { state: 'failed', endedAt: Date.now(), stoppedBy }, 'stopped');
  };

  const step = (id: number) => {
    const { operation, items } = world.entry(id);
    if (operation.state !== 'in_progress') return;
    const { canary } = operation.options;
    const before = triedOf(countsOf(tally(items))).tried;
    const isCanary = canary !== null && before < canary.count;
    settle(id, Math.min(options.chunk ?? 40, isCanary ? canary.count - before : Infinity));
    events.tell({ name: 'records.changed', payload: { collection: 'tickets' } });

    const counts = countsOf(tally(items));
    const broken = brokenRule(operation.options, triedOf(counts));
    if (broken) return stop(id, broken);
    const state = finalStateOf(counts);
    if (counts.planned === 0) return void world.move(id, { state, endedAt: Date.now() }, state);
    if (isCanary && canary.isPausing && triedOf(counts).tried >= canary.count)
      return void world.move(id, { state: 'paused', stoppedBy: canaryDone(canary.count) }, 'paused');
    world.move(id, {});
    later(id);
  };
  return later;
}

/** What is true of an operation from the moment it is started. */
export function startedWith(options: Operation['options']): Partial<Operation> {
  const isLater = options.startAt !== null && options.startAt > Date.now();
  return { options, startedAt: Date.now(), state: isLater ? 'pending' : 'in_progress' };
}
