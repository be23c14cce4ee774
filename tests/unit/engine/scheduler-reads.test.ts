import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { createAgenda } from '../../../src-main/engine/schedule/agenda.ts';
import { createScheduler } from '../../../src-main/engine/schedule/scheduler.ts';
import { openStore, type Store } from '../../../src-main/store/store.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { ConsoleEvent } from '../../../src-shared/contract/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { createTestTime } from '../../builders/time.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const startMs = Date.UTC(2026, 0, 15, 12);
const minute = 60_000;

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = makeFolder();
  store = await openStore(join(folder, 'bulkhead.db'), startMs);
});
afterEach(async () => {
  await store.close();
  removeFolder(folder);
});

const never = () => Promise.reject(new Error('nothing is due'));

/** A plan of one record. */
async function draft(): Promise<Operation> {
  const id = await store.write('insertDraft', {
    action: 'assign',
    collection: 'tickets',
    title: 'Assign',
    details: [],
    selection: null,
    input: {},
    effect: { kind: 'fields', fields: ['assignee'] },
    actor: 'tester',
    nowMs: startMs,
    undoOf: null,
    retryOf: null,
  });
  const { operation } = await store.write('sealDraft', { id, reversible: true, warnings: [] });
  return { ...operation, tallies: [{ state: 'planned', reason: null, count: 1 }] };
}

/** A scheduler whose lists go through `pass`, with what it tells and reports, and schedules that can be saved. */
async function schedulerWith(
  pass: (list: number) => Promise<void>,
  {
    write = store.write,
    plan = never,
    start = never,
  }: { write?: Store['write']; plan?: () => Promise<Operation>; start?: Engine['start'] } = {},
) {
  const time = createTestTime(startMs);
  const told: ConsoleEvent[] = [];
  const reports: unknown[] = [];
  let lists = 0;
  const passed: Store = {
    ...store,
    write,
    read: async (method, ...args) => {
      const answer = await store.read(method, ...args);
      if (method === 'listSchedules') await pass(++lists);
      // The compiler cannot tell that an awaited answer is one that was awaited twice.
      return answer as never;
    },
  };
  const agenda = createAgenda({ clock: time, timer: time });
  const emit = (event: ConsoleEvent) => void told.push(event);
  const report = (error: unknown) => void reports.push(error);
  const ports = { store: passed, clock: time, agenda, emit, report };
  const scheduler = createScheduler(ports, { start, abandon: never }, { plan });
  onTestFinished(() => agenda.stop());
  const content = { name: 'Assign', action: 'assign', input: { assignee: 'Ada' }, selection: everyTicket };
  const { id: templateId } = await store.write('saveTemplate', {
    id: null,
    content: { ...content, collection: 'tickets', options: defaultRunOptions },
    actor: 'tester',
    nowMs: startMs,
  });
  const save = (inMs: number, id: number | null = null) =>
    scheduler.save(
      id,
      { templateId, cron: null, timeZone: 'UTC', isActive: true, startAt: startMs + inMs },
      'tester',
    );
  return { time, told, reports, save };
}

it('an answer that comes late neither tells of older schedules nor sets the alarm by them', async () => {
  const isHeld = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const { time, told, reports, save } = await schedulerWith(async (list) => {
    if (list > 1) return;
    isHeld.resolve();
    await letGo.promise;
  });
  const first = save(60 * minute);
  await isHeld.promise;
  const second = save(minute / 2);
  // What the second one asks is answered in turn: it has its answers when these have come.
  while ((await store.read('listSchedules')).length < 2);
  await store.read('listSchedules');
  letGo.resolve();
  await Promise.all([first, second]);

  expect(told.at(-1)).toMatchObject({ name: 'schedules.changed', payload: { schedules: [{}, {}] } });
  expect(time.waits.at(-1)).toBe(minute / 2);
  expect(reports).toEqual([]);
});

it('what was saved is saved, even if it cannot be read at once; it is a minute later', async () => {
  const lost = new Error('the reader is gone');
  const { time, told, reports, save } = await schedulerWith((list) =>
    list === 1 ? Promise.reject(lost) : Promise.resolve(),
  );
  const saved = await save(60 * minute);
  expect(told).toEqual([]);
  expect(reports).toEqual([lost]);
  time.pass(minute);
  await expect.poll(() => told).toEqual([{ name: 'schedules.changed', payload: { schedules: [saved] } }]);
});

it('the alarm of one schedule stays when another is saved and cannot be read', async () => {
  const { time, reports, save } = await schedulerWith((list) =>
    list === 2 ? Promise.reject(new Error('the reader is gone')) : Promise.resolve(),
  );
  await save(minute / 2);
  await save(60 * minute);
  expect(reports).toHaveLength(1);
  expect(time.waits.at(-1)).toBe(minute / 2);
});

it('what became of a run is told though it could not be written down at once', async () => {
  const full = new BulkheadError('disk_full', 'There is no space left.');
  let settled = 0;
  const write: Store['write'] = async (method, ...args) => {
    if (method === 'settleRun' && ++settled === 1) throw full;
    // The compiler cannot tell that an awaited answer is one that was awaited twice.
    return (await store.write(method, ...args)) as never;
  };
  const { time, told, reports, save } = await schedulerWith(() => Promise.resolve(), {
    write,
    plan: () => Promise.reject(new BulkheadError('limit_exceeded', 'These are too many.')),
  });
  await save(minute);
  time.pass(minute);
  await expect.poll(() => reports).toEqual([full]);
  time.pass(minute);
  const lastRun = { at: startMs + minute, outcome: 'refused', message: 'These are too many.' };
  const payload = { schedules: [{ lastRun, missed: 0 }] };
  await expect.poll(() => told.at(-1)).toMatchObject({ name: 'schedules.changed', payload });
});

it('what became of a run is told of no later one', async () => {
  const lost = new BulkheadError('worker_lost', 'The thread ended.');
  let settled = 0;
  const write: Store['write'] = async (method, ...args) => {
    const answer = await store.write(method, ...args);
    if (method === 'settleRun' && ++settled === 1) throw lost;
    // The compiler cannot tell that an awaited answer is one that was awaited twice.
    return answer as never;
  };
  let plans = 0;
  const { time, told, reports, save } = await schedulerWith(() => Promise.resolve(), {
    write,
    plan: async () => {
      if (++plans === 1) throw new BulkheadError('limit_exceeded', 'These are too many.');
      // There is no such draft, so that nobody can tell whether it was started.
      return { ...(await draft()), id: 77 };
    },
  });
  const { id } = await save(minute);
  time.pass(minute);
  await expect.poll(() => reports).toEqual([lost]);
  await save(2 * minute, id);
  time.pass(minute);
  await expect.poll(() => reports).toHaveLength(2);
  time.pass(minute);
  const payload = { schedules: [{ lastRun: { at: startMs + 2 * minute, outcome: 'missed' } }] };
  await expect.poll(() => told.at(-1)).toMatchObject({ name: 'schedules.changed', payload });
});

it('a run whose operation was started is told as started though nobody heard of it', async () => {
  const lost = new BulkheadError('worker_lost', 'The thread ended.');
  const { time, told, save } = await schedulerWith(() => Promise.resolve(), {
    plan: draft,
    start: async (id) => {
      const nowMs = time.now();
      await store.write('moveOperation', { id, from: ['draft'], to: 'pending', event: 'started', nowMs });
      throw lost;
    },
  });
  await save(minute);
  time.pass(minute);
  const payload = { schedules: [{ lastRun: { outcome: 'started', operationId: 1 } }] };
  await expect.poll(() => told.at(-1)).toMatchObject({ name: 'schedules.changed', payload });
});
