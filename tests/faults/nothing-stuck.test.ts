import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BulkheadError, ErrorCode } from '../../src-shared/contract/errors.ts';
import { canUndo, countsOf, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import type { Selection } from '../../src-shared/domain/selection.ts';
import { booksOf, expectBooksBalance, expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { atChunksOf, killThreadsAt } from '../builders/deadly-calls.ts';
import { seed } from '../builders/property.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket, readDatabase, theseTickets } from '../builders/tickets.ts';
import {
  copyFolder,
  makeFolder,
  openTestConsole,
  removeFolder,
  type TestConsole,
} from '../builders/workspace.ts';
import { arm, type Fault, leaveNewThreadsAlone, sabotageNewThreads } from './fault.ts';
import { randomFrom } from './harness.ts';
import { size } from './size.ts';

const schedules = size({ short: 30, long: 1_000 });
/** Records that kill the thread, more or less. */
const deadly = size({ short: 2, long: 10 });
/** Two chunks at most, so that a schedule is short. */
const count = 700;
/** Far more than anything takes that is not stuck. */
const patienceMs = 30_000;

/** What a user is told when something of this kind goes wrong, and may try again. */
const passing: readonly ErrorCode[] = ['worker_lost', 'storage_error', 'storage_busy', 'disk_full'];
/** What a user is told who was too slow, or asks for what cannot be. */
const refusals: readonly ErrorCode[] = ['wrong_state', 'nothing_to_do', 'not_found'];

let template: string;

beforeAll(() => {
  template = makeFolder();
  seedTickets(template, count);
});
afterAll(() => removeFolder(template));
beforeEach(() => sabotageNewThreads(null));
afterEach(() => leaveNewThreadsAlone());

const deleted: Selection = {
  mode: 'filter',
  filter: { conditions: [], text: '', deleted: true },
  except: [],
};

/** A workspace with one user, who gives commands at random, tries again what failed, and resumes what stopped. */
class Desk {
  readonly folder = copyFolder(template);
  readonly #ended: number[] = [];
  /** How operations ended, and what went wrong meanwhile. */
  readonly states = new Map<string, number>();
  readonly told = new Map<string, number>();
  #app: TestConsole | null = null;
  /** Drafts that were put aside. */
  readonly #shelf: number[] = [];
  #files = 0;

  get app(): TestConsole {
    if (!this.#app) throw new Error('no console is open');
    return this.#app;
  }

  async open(): Promise<void> {
    this.#app = await this.#insist('open', () => openTestConsole(this.folder));
  }

  async close(): Promise<void> {
    await this.app.close();
    const codes = this.app.reports.map((report) => (report as BulkheadError).code);
    expect(codes.filter((code) => !passing.includes(code))).toEqual([]);
    for (const code of codes) this.told.set(code, (this.told.get(code) ?? 0) + 1);
  }

  /** One operation among random faults and commands: planned, started and brought to its end. */
  async live(schedule: number): Promise<void> {
    const random = randomFrom(seed + schedule);
    const pick = <T>(values: readonly [T, ...T[]]): T =>
      values[Math.floor(random() * values.length)] ?? values[0];
    const faults = Array.from({ length: Math.floor(random() * 3) }, () => faultFrom(random));
    if (random() < 0.02) {
      await this.close();
      await this.open();
    }
    await this.#arm(faults.pop());
    const draft = await this.#draft(random);
    const { total } = countsOf(draft.tallies);
    await this.#arm(faults.pop());
    const options = optionsFrom(random);
    await this.#try('start', () => this.app.ask('operations.start', { id: draft.id, options }));
    const commands = Array.from({ length: Math.floor(random() * 3) }, () =>
      pick(['pause', 'pause', 'resume', 'cancel'] as const),
    );
    for (const name of commands) {
      await this.#try(name, () => this.app.ask(`operations.${name}`, { id: draft.id }));
      if (random() < 0.5) await this.#arm(faultFrom(random));
    }
    const operation = await this.#bringToEnd(draft.id, schedule);
    // An export writes what matches when it starts; it has no items, and no file unless it is done.
    if (operation.action === 'export') expect(operation.file !== null).toBe(operation.state === 'completed');
    else {
      expect(countsOf(operation.tallies).total).toBe(total);
      expectEnded(this.folder, operation);
    }
    this.#ended.push(operation.id);
    this.states.set(operation.state, (this.states.get(operation.state) ?? 0) + 1);
  }

  /** Does something; null when the user is told that it was refused, or went wrong and may be tried again. */
  async #try<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      expect([...passing, ...refusals], `${what}: ${String(error)}`).toContain((error as BulkheadError).code);
      return null;
    }
  }

  /** Tries again for as long as it may pass; null when it was refused. */
  async #insist<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const { code } = error as BulkheadError;
        expect([...passing, ...refusals], `${what}: ${String(error)}`).toContain(code);
        if (refusals.includes(code)) return null;
      }
    }
  }

  /** A thread that died is not there to be given a fault until something is asked of it. */
  async #arm(fault: Fault | undefined): Promise<void> {
    if (!fault) return;
    const asked = (): Promise<unknown> =>
      fault.thread === 'writer'
        ? this.app.ask('operations.dismiss', { id: 1_000_000 })
        : this.app.ask('operations.list', { limit: 1 });
    await Promise.all([arm(fault.thread, fault), this.#try('ask', asked)]);
  }

  #plan(random: () => number): Promise<Operation | null> {
    const dice = random();
    const earlier = this.#ended[Math.floor(random() * this.#ended.length)];
    const ids = Array.from({ length: 30 }, () => 1 + Math.floor(random() * count));
    const selection = random() < 0.6 ? everyTicket : theseTickets(...ids);
    const edit = (action: string, input: Record<string, unknown>, of: Selection = selection) =>
      this.#insist(action, () =>
        this.app.ask('operations.plan', { action, collection: 'tickets', selection: of, input }),
      );
    if (earlier !== undefined && dice < 0.2)
      return this.#insist('undo', async () => {
        const operation = await this.app.ask('operations.get', { id: earlier });
        return canUndo(operation) ? this.app.ask('operations.undo', { id: earlier }) : null;
      });
    if (earlier !== undefined && dice < 0.35)
      return this.#insist('retry', () => this.app.ask('operations.retry', { id: earlier }));
    if (dice < 0.45)
      return this.#insist('sample', () =>
        this.app.ask('sample.plan', { count: 5, seed: Math.floor(random() * 1_000) }),
      );
    if (dice < 0.5) {
      this.#files += 1;
      const target = this.app.handle(`${this.folder}/export-${this.#files}.csv`);
      return edit('export', { columns: ['id', 'subject'], has_bom: false, target });
    }
    if (dice < 0.6) return edit('add_comment', { comment: `Comment ${dice}` });
    if (dice < 0.65) return edit('delete', {}, theseTickets(...ids));
    if (dice < 0.7) return edit('restore', {}, deleted);
    return edit('update_category', { category: `Category ${dice}` });
  }

  /**
   * A draft, if not of what the dice say then of a change that there is always something to do for. Now and then it is
   * put aside and taken up later, when others have changed the same tickets.
   */
  async #draft(random: () => number): Promise<Operation> {
    const waiting = random() < 0.3 ? this.#shelf.pop() : undefined;
    // Drafts do not outlive their console.
    const kept =
      waiting && (await this.#insist('get', () => this.app.ask('operations.get', { id: waiting })));
    if (kept) return kept;
    const category = `Category ${random()}`;
    const draft =
      (await this.#plan(random)) ??
      (await this.#insist('plan', () =>
        this.app.ask('operations.plan', {
          action: 'update_category',
          collection: 'tickets',
          selection: everyTicket,
          input: { category },
        }),
      ));
    if (!draft) throw new Error('there are no tickets left');
    if (random() > 0.2) return draft;
    this.#shelf.push(draft.id);
    return this.#draft(random);
  }

  /** What was written down of an operation, and what was reported last. */
  #lately(id: number): string {
    return `${booksOf(this.folder, id).events.join(' ')}; ${this.app.reports.slice(-5).map(String).join('; ')}`;
  }

  /** Resumes what stopped until it has ended. What neither ends nor stops is stuck. */
  async #bringToEnd(id: number, schedule: number): Promise<Operation> {
    for (;;) {
      const news = this.app.event(
        'operation.updated',
        ({ operation }) => operation.id === id && (isFinal(operation.state) || operation.state === 'paused'),
      );
      const now = await this.#insist('get', () => this.app.ask('operations.get', { id }));
      if (!now) throw new Error(`operation ${id} of schedule ${schedule} is gone`);
      if (isFinal(now.state)) return now;
      if (now.state === 'draft') await this.#try('start', () => this.app.ask('operations.start', { id }));
      else if (now.state === 'paused') {
        if (now.action !== 'export') expectBooksBalance(this.folder, id);
        const name = now.isCancelling ? 'cancel' : 'resume';
        await this.#try(name, () => this.app.ask(`operations.${name}`, { id }));
      } else
        await inTime(
          news,
          () => `operation ${id} of schedule ${schedule}, ${now.state}: ${this.#lately(id)}`,
        );
    }
  }
}

async function inTime(news: Promise<unknown>, what: () => string): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`stuck: ${what()}`)), patienceMs);
  try {
    await Promise.race([news, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Mostly errors, which cost no time; now and then a thread that dies, before or after what it does. */
function faultFrom(random: () => number): Fault {
  const methods = [
    'moveOperation',
    'applyChunk',
    'finishOperation',
    'cancelRest',
    'noteFailedTry',
    undefined,
  ];
  const method = methods[Math.floor(random() * methods.length)];
  const errors = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY'] as const;
  const error = errors[Math.floor(random() * errors.length)] ?? 'SQLITE_BUSY';
  const deaths = ['exit', 'exit-after', 'throw'] as const;
  const death = deaths[Math.floor(random() * deaths.length)] ?? 'exit';
  const how = random() < 0.9 ? error : death;
  const nth = 1 + Math.floor(random() * 12);
  if (random() < 0.1) return { thread: 'reader', kind: 'statement', nth: 1 + (nth % 3), how };
  const times = 1 + Math.floor(random() * 4);
  const where = random() < 0.3 ? { text: 'COMMIT', nth: 1 + (nth % 3) } : { nth };
  return { thread: 'writer', kind: 'write', times, how, ...where, ...(method ? { method } : {}) };
}

function optionsFrom(random: () => number): RunOptions {
  return RunOptions.parse({
    retry: { attempts: 1 + Math.floor(random() * 5), baseMs: 1, maxMs: 4 },
    maxErrors: random() < 0.15 ? Math.floor(random() * 5) : null,
    canary: random() < 0.15 ? { count: 1 + Math.floor(random() * 40), isPausing: random() < 0.5 } : null,
  });
}

describe(`${schedules} random schedules of errors, deaths, pauses, cancels and restarts`, () => {
  it('bring every operation to an end, with all of its records accounted for', async () => {
    const desks = [new Desk(), new Desk()];
    let next = 0;
    await Promise.all(
      desks.map(async (desk) => {
        await desk.open();
        while (next < schedules) {
          next += 1;
          await desk.live(next);
        }
      }),
    );
    for (const desk of desks) {
      await desk.close();
      expectHistoryHolds(desk.folder);
      expect(miscounted(desk.folder)).toEqual([]);
      expect(readDatabase(desk.folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
      removeFolder(desk.folder);
      process.stdout.write(`ended: ${wordsOf(desk.states)}; told: ${wordsOf(desk.told)}\n`);
    }
  }, 280_000);
});

function wordsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, times]) => `${times} ${name}`).join(', ');
}

describe('records that kill their thread', () => {
  it('are set aside after three deaths each, and all others are done', async () => {
    const desk = new Desk();
    const random = randomFrom(seed);
    const seqs = Array.from({ length: count }, (_, at) => at + 1).filter(
      (seq) => seq === count || random() < deadly / count,
    );
    const { stop } = killThreadsAt(atChunksOf(() => desk.folder, seqs));
    await desk.open();
    const draft = await desk.app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Mine' },
    });
    const options = RunOptions.parse({ retry: { attempts: 20, baseMs: 1, maxMs: 2 } });
    await desk.app.ask('operations.start', { id: draft.id, options });
    const operation = await desk.app.ended(draft.id);
    await desk.close();
    stop();
    expectEnded(desk.folder, operation);
    expect(countsOf(operation.tallies)).toMatchObject({ done: count - seqs.length, failed: seqs.length });
    const aside = readDatabase(desk.folder, (db) =>
      db.prepare(`SELECT seq, attempts >= 3 AS isTried FROM items WHERE reason = 'quarantined'`).all(),
    );
    expect(aside).toEqual(seqs.map((seq) => ({ seq, isTried: 1 })));
    removeFolder(desk.folder);
  });
});

/** Tickets that were not touched exactly once by every item that was done to them, their making included. */
function miscounted(folder: string): unknown[] {
  return readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT t.id, t.version, coalesce(d.times, 0) AS times FROM tickets t
          LEFT JOIN (SELECT record_id, count(*) AS times FROM items WHERE state = 'done' GROUP BY record_id) d
            ON d.record_id = t.id
          WHERE t.version <> iif(t.import_operation_id IS NULL, 1, 0) + coalesce(d.times, 0)`,
      )
      .all(),
  );
}
