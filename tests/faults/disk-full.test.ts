import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../src-main/sql/migrations/index.ts';
import type { ErrorCode } from '../../src-shared/contract/errors.ts';
import { expectEndedWell } from '../builders/books.ts';
import { makeSchema1 } from '../builders/schema1.ts';
import { seedTickets } from '../builders/seed.ts';
import { contents, everyTicket, readDatabase } from '../builders/tickets.ts';
import { createTestTime } from '../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { editUntilDone } from './edit-until-done.ts';
import { arm, type Fault, leaveNewThreadsAlone, type SystemError, sabotageNewThreads } from './fault.ts';
import { latestOperation, startChild } from './harness.ts';
import { limit, size } from './size.ts';
import { fillDisk, mountSmallDisk } from './small-disk.ts';

const count = 2_000;
const disk = mountSmallDisk(32);
/** Every write of an operation in the long form, some of them in the short one. */
const step = size({ short: 7, long: 1 });

let folder: string;
let app: TestConsole;

async function open(at: string): Promise<void> {
  folder = at;
  seedTickets(folder, count);
  sabotageNewThreads(null);
  app = await openTestConsole(folder);
}
afterEach(async () => {
  leaveNewThreadsAlone();
  await app.close();
  removeFolder(folder);
});
afterAll(() => {
  if (typeof disk !== 'string') disk.remove();
});

/** Tickets that this many finished operations did not touch exactly once each. */
function miscounted(operations: number): unknown {
  return readDatabase(folder, (db) =>
    db.prepare('SELECT count(*) FROM tickets WHERE version <> 1 + ?').pluck().get(operations),
  );
}

function expectAllIs(category: string): void {
  expect(contents(folder).filter((ticket) => ticket.category !== category)).toEqual([]);
}

describe('an error at every write of an operation', () => {
  beforeEach(() => open(makeFolder()));

  it.each<[SystemError, ErrorCode, string, number]>([
    ['SQLITE_FULL', 'disk_full', 'once', 1],
    ['SQLITE_FULL', 'disk_full', 'from there on', 1_000_000],
    ['SQLITE_IOERR', 'storage_error', 'once', 1],
    ['SQLITE_IOERR', 'storage_error', 'from there on', 1_000_000],
  ])('%s stops it with %s, %s, and nothing is lost or done twice', async (how, code, _name, times) => {
    let operations = 0;
    for (let nth = 1; ; nth += step) {
      const category = `Despite ${nth}`;
      await arm('writer', { thread: 'writer', kind: 'write', nth, times, how });
      const met = await editUntilDone({ app, count, category, makeSpace: () => arm('writer', null) });
      operations += 1;
      expect(met.codes, `at write ${nth}`).toEqual(met.codes.map(() => code));
      expect(met.longestStopMs).toBeLessThan(limit(1_000));
      expect(met.operation.state).toBe('completed');
      expectEndedWell(folder, met.operation);
      expect(miscounted(operations)).toBe(0);
      if (met.codes.length === 0) break;
    }
    process.stdout.write(`${how} at every ${step}. of ${operations * step} writes\n`);
    expect(operations * step).toBeGreaterThan(20);
    expect(readDatabase(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
  });
});

it('a plan that cannot be removed while the disk is full does not keep the workspace from opening, and goes when there is space', async () => {
  await open(makeFolder());
  const full = { thread: 'writer', kind: 'write', times: 1_000_000, how: 'SQLITE_FULL' } as const;
  const plans = () =>
    readDatabase(folder, (db) => db.prepare('SELECT count(*) FROM operations').pluck().get());
  const plan = () =>
    app.ask('operations.plan', {
      action: 'delete',
      collection: 'tickets',
      selection: everyTicket,
      input: {},
    });
  const time = createTestTime(Date.now());
  const minute = 60_000;

  await app.close();
  app = await openTestConsole(folder, time, time);
  await arm('writer', { ...full, nth: 2 });
  await expect(plan()).rejects.toMatchObject({ code: 'disk_full' });
  expect(plans()).toBe(1);
  await arm('writer', null);
  time.pass(minute);
  await expect.poll(plans).toBe(0);

  await plan();
  await app.close();
  sabotageNewThreads({ ...full, method: 'discardDraft', nth: 1 });
  app = await openTestConsole(folder, time, time);
  expect(plans()).toBe(1);
  await arm('writer', null);
  time.pass(minute);
  await expect.poll(plans).toBe(0);
});

describe('a workspace of the first schema', () => {
  const full = { thread: 'writer', kind: 'write', how: 'SQLITE_FULL' } as const;

  /** True where a console opens the workspace. */
  async function isOpened(fault: Fault): Promise<boolean> {
    sabotageNewThreads(fault);
    const opened = await openTestConsole(folder).catch(({ code }: { code: ErrorCode }) => code);
    if (typeof opened === 'string') {
      expect(opened).toBe('disk_full');
      return false;
    }
    app = opened;
    return true;
  }

  it('is of the old schema or of the new one when the disk is full at any write in between, and opens when there is space', async () => {
    folder = makeFolder();
    makeSchema1(folder, { tickets: 50, operations: 3, itemsEach: 5 });
    const before = contents(folder);
    const version = () => readDatabase(folder, (db) => db.pragma('user_version', { simple: true }));
    expect(await isOpened({ ...full, text: 'CREATE', nth: 1 })).toBe(false);
    let nth = 1;
    while (!(await isOpened({ ...full, nth }))) {
      expect([1, migrations.length]).toContain(version());
      nth += step;
    }
    expect(nth).toBeGreaterThan(20);
    expect(contents(folder)).toEqual(before);
    expect(await app.ask('history.verify', {})).toMatchObject({ problems: [] });
  });
});

// What stands in for a small disk where none can be mounted: a file that may not grow.
it('a database that may not grow stops an operation, and a console without that limit finishes it', async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  const edit = { folder, do: 'edit', action: 'update_category', input: { category: 'Grown' } } as const;
  const child = startChild(edit, { at: 'growth', kib: 900 });
  const { id } = await child.line('planned');
  const stopped = await child.line('updated', ({ stoppedBy }) => stoppedBy !== null);
  expect(stopped).toMatchObject({ id, state: 'paused', stoppedBy: 'storage_error' });
  child.kill();
  await child.gone;
  expect(latestOperation(folder)).toEqual({ id, state: 'paused' });
  app = await openTestConsole(folder);
  await app.ask('operations.resume', { id });
  expectEndedWell(folder, await app.ended(id));
  expect(miscounted(1)).toBe(0);
  expectAllIs('Grown');
});

describe(`a small disk${typeof disk === 'string' ? ` (not here: ${disk})` : ''}`, () => {
  it('that is full stops an operation, and it goes on without a restart once there is space', async () => {
    if (typeof disk === 'string') return open(makeFolder());
    const workspace = join(disk.folder, 'workspace');
    mkdirSync(workspace);
    await open(workspace);
    // Only once it runs: a disk that is full before is refused when it is planned or begun.
    const filled = app
      .event('operation.updated', ({ operation }) => operation.state === 'in_progress')
      .then(() => fillDisk(disk.folder, 200));
    const met = await editUntilDone({
      app,
      count,
      category: 'After all',
      makeSpace: async () => rmSync(join(disk.folder, 'ballast')),
    });
    await filled;
    expect(met.codes).toEqual(['disk_full']);
    expect(met.operation.state).toBe('completed');
    expectEndedWell(folder, met.operation);
    expect(miscounted(1)).toBe(0);
    expectAllIs('After all');
    expect(readDatabase(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
  });
});
