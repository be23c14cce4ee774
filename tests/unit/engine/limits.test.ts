import { beforeEach, describe, expect, it } from 'vitest';
import { type Limit, limitFor } from '../../../src-shared/domain/limit.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import {
  changeDatabase,
  everyTicket,
  makeTickets,
  replaceTickets,
  theseTickets,
} from '../../builders/tickets.ts';
import { createTestTime } from '../../builders/time.ts';
import { useConsole } from '../../builders/use-console.ts';
import { openTestConsole } from '../../builders/workspace.ts';

const minute = 60_000;
const hour = 60 * minute;
const time = createTestTime(Date.UTC(2026, 0, 15, 12));

const app = useConsole({ per: 'file', open: (folder) => openTestConsole(folder, time, time) });
beforeEach(() => {
  // Whatever a test before has started is out of every time that counts.
  time.jump(1_000 * hour);
  replaceTickets(app.folder, makeTickets(10));
});

async function limit(...limits: Partial<Limit>[]): Promise<void> {
  const none = { collection: 'tickets', action: 'assign', maxRecords: null, rate: null } as const;
  await app.ask('settings.update', { limits: limits.map((each) => ({ ...none, ...each })) });
}

let name = 0;
function plan(selection = everyTicket): Promise<Operation> {
  name += 1;
  const input = { assignee: `Agent ${name}` };
  return app.ask('operations.plan', { action: 'assign', collection: 'tickets', selection, input });
}

function planCategory(): Promise<Operation> {
  name += 1;
  const input = { category: `Category ${name}` };
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input,
  });
}

async function drafts(): Promise<unknown> {
  return changeDatabase(app.folder, (db) =>
    db.prepare(`SELECT count(*) FROM operations WHERE state = 'draft'`).pluck().get(),
  );
}

describe('the most records of one operation', () => {
  it('are enforced when it is planned, and nothing is left of the plan', async () => {
    await limit({ maxRecords: 9 });
    const before = await drafts();
    await expect(plan()).rejects.toMatchObject({
      code: 'limit_exceeded',
      details: { limit: 9, asked: 10 },
      message: expect.stringContaining('10 records'),
    });
    expect(await drafts()).toBe(before);
  });

  it('may be reached', async () => {
    await limit({ maxRecords: 10 });
    expect((await app.run(await plan())).state).toBe('completed');
  });

  it('are told of above four fifths', async () => {
    await limit({ maxRecords: 10 });
    const eight = await plan(theseTickets(1, 2, 3, 4, 5, 6, 7, 8));
    expect(eight.forecast.warnings).toEqual([]);
    const nine = await plan(theseTickets(1, 2, 3, 4, 5, 6, 7, 8, 9));
    expect(nine.forecast.warnings).toEqual(['It has 9 of at most 10 records.']);
  });

  it('count for exports, imports and undo as for every action', async () => {
    await limit();
    const done = await app.run(await plan());
    await limit({ action: '*', maxRecords: 9 });
    const exceeded = { code: 'limit_exceeded', details: { limit: 9, asked: 10 } };
    await expect(app.ask('operations.undo', { id: done.id })).rejects.toMatchObject(exceeded);
    await expect(app.ask('sample.plan', { count: 10 })).rejects.toMatchObject(exceeded);
    const input = { columns: ['id'], target: app.handle('/nowhere') };
    const exported = app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    await expect(exported).rejects.toMatchObject(exceeded);
    await limit({ action: '*', maxRecords: 9 }, { action: 'undo' });
    expect((await app.ask('operations.undo', { id: done.id })).state).toBe('draft');
  });
});

describe('how often operations may be started', () => {
  const rate = { count: 2, perMs: hour };

  it('is enforced when one is started, and says when it may be', async () => {
    await limit({ rate });
    await app.run(await plan());
    time.pass(20 * minute);
    await app.run(await plan());
    time.pass(10 * minute);
    const third = await plan();
    await expect(app.ask('operations.start', { id: third.id })).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterMs: 30 * minute },
      message: expect.stringContaining('30 minutes'),
    });
    expect(await app.ask('operations.get', { id: third.id })).toEqual(third);
    time.pass(30 * minute - 1);
    await expect(app.ask('operations.start', { id: third.id })).rejects.toMatchObject({
      details: { retryAfterMs: 1 },
    });
    time.pass(1);
    expect((await app.run(third)).state).toBe('completed');
  });

  it('holds for starts at the same moment', async () => {
    await limit({ rate });
    const planned = [await plan(), await plan(), await plan(), await plan()];
    const starts = await Promise.allSettled(planned.map(({ id }) => app.ask('operations.start', { id })));
    const started = planned.filter((_, at) => starts[at]?.status === 'fulfilled');
    expect(started).toHaveLength(2);
    for (const { id } of started) await app.ended(id);
  });

  it('is told of while planning, and when it is used up', async () => {
    await limit({ rate });
    expect((await plan()).forecast.warnings).toEqual([]);
    await app.run(await plan());
    expect((await plan()).forecast.warnings).toEqual([
      'It is number 2 of at most 2 operations like it within 1 hour.',
    ]);
    await app.run(await plan());
    time.pass(15 * minute);
    expect((await plan()).forecast.warnings).toEqual([
      '2 operations like it were started within 1 hour, and no more are allowed: it can be started in 45 minutes.',
    ]);
  });

  it('counts per person and action; what has a limit of its own does not count for the others', async () => {
    await limit({ action: '*', rate: { count: 1, perMs: hour } }, { action: 'assign', rate });
    await app.run(await plan());
    await app.run(await planCategory());
    await expect(app.run(await planCategory())).rejects.toMatchObject({ code: 'rate_limited' });
    await app.run(await plan());
    await expect(app.run(await plan())).rejects.toMatchObject({ code: 'rate_limited' });
    changeDatabase(app.folder, (db) => db.exec(`UPDATE operations SET actor = 'somebody else'`));
    expect((await app.run(await plan())).state).toBe('completed');
  });

  it('does not wait for a moment that came while the clock was ahead', async () => {
    await limit({ rate: { count: 1, perMs: hour } });
    time.jump(100_000 * hour);
    await app.run(await plan());
    time.jump(-100_000 * hour);
    const next = await plan();
    expect(next.forecast.warnings).toEqual(['It is number 1 of at most 1 operation like it within 1 hour.']);
    await app.run(next);
    const refused = await plan();
    expect(refused.forecast.warnings).toEqual([
      '1 operation like it was started within 1 hour, and no more are allowed: it can be started in 1 hour.',
    ]);
    await expect(app.run(refused)).rejects.toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining('has started 1 operation like it within 1 hour'),
      details: { retryAfterMs: hour },
    });
  });

  it('does not count an operation again that was paused and resumed', async () => {
    await limit({ rate: { count: 1, perMs: hour } });
    const options = { ...defaultRunOptions, startAt: time.now() + 50 * minute };
    const first = await plan();
    await app.ask('operations.start', { id: first.id, options });
    time.pass(30 * minute);
    await app.ask('operations.pause', { id: first.id });
    await app.ask('operations.resume', { id: first.id });
    time.pass(30 * minute);
    await app.ended(first.id);
    expect((await app.run(await plan())).state).toBe('completed');
  });
});

describe('a setting of limits', () => {
  it('counts the most specific one only', () => {
    const every: Limit = { collection: 'tickets', action: '*', maxRecords: 5, rate: null };
    const own: Limit = { ...every, action: 'assign', maxRecords: null };
    expect(limitFor([every, own], 'tickets', 'assign')).toBe(own);
    expect(limitFor([every, own], 'tickets', 'delete')).toBe(every);
    expect(limitFor([own], 'tickets', 'delete')).toBeNull();
    expect(limitFor([every], 'orders', 'assign')).toBeNull();
  });

  it('with two for the same action is refused', async () => {
    await limit({});
    await expect(limit({ maxRecords: 1 }, { maxRecords: 2 })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect((await app.ask('settings.get', {})).limits).toHaveLength(1);
  });
});
