import { expect } from 'vitest';
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { noRemotes, type Remotes } from '../../src-main/remotes/remote.ts';
import type { BulkheadError, ErrorCode } from '../../src-shared/contract/errors.ts';
import { canUndo, countsOf, isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { Selection } from '../../src-shared/domain/selection.ts';
import { booksOf, expectBooksBalance, expectEnded } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { pick, randomFrom } from '../builders/random.ts';
import { everyTicket, readDatabase, theseTickets } from '../builders/tickets.ts';
import { openTestConsole, type TestConsole } from '../builders/workspace.ts';
import { arm, type Fault } from './fault.ts';
import { faultFrom, optionsFrom } from './random-faults.ts';

/** Far more than anything takes that is not stuck. */
const patienceMs = 30_000;

/** What a user is told when something of this kind goes wrong, and may try again. */
const passing: readonly ErrorCode[] = ['worker_lost', 'storage_error', 'storage_busy', 'disk_full'];
/** What a user is told who was too slow, or asks for what cannot be. */
const refusals: readonly ErrorCode[] = ['wrong_state', 'nothing_to_do', 'not_found'];

const deleted: Selection = {
  mode: 'filter',
  filter: { conditions: [], text: '', deleted: true },
  except: [],
};

/** A workspace with one user, who gives commands at random, tries again what failed, and resumes what stopped. */
export class RandomUser {
  readonly folder: string;
  readonly #remotes: Remotes;
  readonly #count: number;
  readonly #ended: number[] = [];
  /** How operations ended, and what went wrong meanwhile. */
  readonly states = new Map<string, number>();
  readonly told = new Map<string, number>();
  /** Deliveries that a console left in its hands when it ended. */
  orphans = 0;
  #app: TestConsole | null = null;
  /** Drafts that were put aside. They do not outlive their console. */
  #shelf: Operation[] = [];
  #files = 0;

  /** In a workspace with the tickets 1 to `count`. */
  constructor(folder: string, count: number, remotes: Remotes = noRemotes) {
    this.folder = folder;
    this.#count = count;
    this.#remotes = remotes;
  }

  get app(): TestConsole {
    if (!this.#app) throw new Error('no console is open');
    return this.#app;
  }

  async open(): Promise<void> {
    const held = this.#held();
    this.orphans += held.length;
    this.#shelf = [];
    this.#app = await this.#insist('open', () =>
      openTestConsole(this.folder, systemClock, systemTimer, this.#remotes),
    );
    // What a console that has ended had in its hands is in nobody's, or in those of the new one.
    const fences = new Set(held.map(({ fence }) => fence));
    expect(this.#held().filter(({ fence }) => fences.has(fence))).toEqual([]);
  }

  /** Deliveries in somebody's hands. */
  #held(): { seq: number; fence: number }[] {
    return readDatabase(
      this.folder,
      (db) =>
        db
          .prepare(
            'SELECT operation_id, seq, fence FROM deliveries WHERE settled_at IS NULL AND fence IS NOT NULL',
          )
          .all() as { seq: number; fence: number }[],
    );
  }

  async close(): Promise<void> {
    await this.app.close();
    const codes = this.app.reports
      .filter((report) => !isLateOutcome(report))
      .map((report) => (report as BulkheadError).code);
    expect(codes.filter((code) => !passing.includes(code))).toEqual([]);
    for (const code of codes) this.told.set(code, (this.told.get(code) ?? 0) + 1);
  }

  /** One operation among random faults and commands: planned, started and brought to its end. */
  async live(schedule: number): Promise<void> {
    const random = randomFrom(seed + schedule);
    const faults = Array.from({ length: Math.floor(random() * 3) }, () => faultFrom(random));
    if (random() < 0.02) await this.#reopen();
    await this.#arm(faults.pop());
    const draft = await this.#draft(random);
    const { total } = countsOf(draft.tallies);
    await this.#arm(faults.pop());
    const options = optionsFrom(random);
    await this.#try('start', () => this.app.ask('operations.start', { id: draft.id, options }));
    const commands = Array.from({ length: Math.floor(random() * 3) }, () =>
      pick(['pause', 'pause', 'resume', 'cancel'] as const, random),
    );
    for (const name of commands) {
      await this.#try(name, () => this.app.ask(`operations.${name}`, { id: draft.id }));
      if (random() < 0.5) await this.#arm(faultFrom(random));
    }
    const operation = await this.#bringToEnd(draft.id, schedule, random() < 0.2);
    // An export writes what matches when it starts; it has no items, and no file unless it is done.
    if (operation.action === 'export') expect(operation.file !== null).toBe(operation.state === 'completed');
    else {
      expect(countsOf(operation.tallies).total).toBe(total);
      expectEnded(this.folder, operation);
    }
    this.#ended.push(operation.id);
    this.states.set(operation.state, (this.states.get(operation.state) ?? 0) + 1);
  }

  async #reopen(): Promise<void> {
    await this.close();
    await this.open();
  }

  /** With a disk on which what is in flight cannot be written down any more. */
  async #reopenFull(): Promise<void> {
    const full = { kind: 'write', method: 'exchangeDeliveries', nth: 1, times: 1_000 } as const;
    await this.#arm({ thread: 'writer', ...full, how: 'SQLITE_FULL' });
    await this.#reopen();
    // Also for the writers of others beside this one, which heard of it as well.
    await arm('writer', null);
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
    const ids = Array.from({ length: 30 }, () => 1 + Math.floor(random() * this.#count));
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
    if (waiting) return waiting;
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
    this.#shelf.push(draft);
    return this.#draft(random);
  }

  /** What was written down of an operation, and what was reported last. */
  #lately(id: number): string {
    return `${booksOf(this.folder, id).events.join(' ')}; ${this.app.reports.slice(-5).map(String).join('; ')}`;
  }

  /**
   * Resumes what stopped until it has ended. What neither ends nor stops is stuck. `isInterrupted`: the console ends once
   * while a remote is being told.
   */
  async #bringToEnd(id: number, schedule: number, isInterrupted: boolean): Promise<Operation> {
    let willReopen = isInterrupted;
    for (;;) {
      const news = this.app.event(
        'operation.updated',
        ({ operation }) =>
          operation.id === id &&
          (isFinal(operation.state) || operation.state === 'paused' || isInFlight(operation)),
      );
      const now = await this.#insist('get', () => this.app.ask('operations.get', { id }));
      if (!now) throw new Error(`operation ${id} of schedule ${schedule} is gone`);
      if (isFinal(now.state)) return now;
      if (now.state === 'draft') await this.#try('start', () => this.app.ask('operations.start', { id }));
      else if (now.state === 'paused') {
        if (now.action !== 'export') expectBooksBalance(this.folder, id);
        const name = now.isCancelling ? 'cancel' : 'resume';
        await this.#try(name, () => this.app.ask(`operations.${name}`, { id }));
      } else if (willReopen && isInFlight(now)) {
        willReopen = false;
        await this.#reopenFull();
      } else
        await inTime(
          news,
          () => `operation ${id} of schedule ${schedule}, ${now.state}: ${this.#lately(id)}`,
        );
    }
  }
}

/** Something of it is on its way to a remote. */
function isInFlight({ delivery }: Operation): boolean {
  return (delivery?.sending ?? 0) > 0;
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

/** An answer that was lost with its thread was written down all the same; then the second time is one too many. */
function isLateOutcome(report: unknown): boolean {
  return report instanceof Error && /^\d+ outcomes came too late$/.test(report.message);
}
