import type { Ticket } from '../../src-shared/collections/tickets.ts';
import { countsOf, finalStateOf, type Operation } from '../../src-shared/domain/operation.ts';
import { type FakeWorld, tally } from './fake-world.ts';

/** Runs a started operation chunk after chunk, with the options that it was started with. */
export function fakeRunner(world: FakeWorld): (id: number) => void {
  const { options, events, records } = world;
  const later = (id: number) => void setTimeout(() => step(id), options.tickMs ?? 100);
  const tried = new Map<number, number>();

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
    tried.set(id, (tried.get(id) ?? 0) + Math.min(limit, planned.length));
  };

  const stop = (id: number, code: string, message: string) => {
    for (const item of world.entry(id).items) if (item.state === 'planned') item.state = 'cancelled';
    world.move(id, { state: 'cancelled', endedAt: Date.now(), stoppedBy: { code, message } }, 'stopped');
  };

  const step = (id: number) => {
    const { operation, items } = world.entry(id);
    if (operation.state !== 'in_progress') return;
    const { canary, maxErrors } = operation.options;
    const chunk = options.chunk ?? 40;
    const before = tried.get(id) ?? 0;
    const isCanary = canary !== null && before < canary.count;
    settle(id, isCanary ? Math.min(chunk, canary.count - before) : chunk);
    events.tell({ name: 'records.changed', payload: { collection: 'tickets' } });

    const counts = countsOf(tally(items));
    if (isCanary && counts.failed > 0)
      return stop(id, 'canary_failed', `${counts.failed} of the first ${canary.count} records failed.`);
    if (maxErrors !== null && counts.failed > maxErrors)
      return stop(id, 'too_many_errors', `${counts.failed} records failed; ${maxErrors} were allowed.`);
    if (counts.planned === 0)
      return void world.move(id, { state: finalStateOf(counts), endedAt: Date.now() }, finalStateOf(counts));
    if (isCanary && canary.isPausing && (tried.get(id) ?? 0) >= canary.count) {
      const message = `The first ${canary.count} records went well.`;
      return void world.move(id, { state: 'paused', stoppedBy: { code: 'canary_done', message } }, 'paused');
    }
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
