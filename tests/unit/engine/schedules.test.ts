import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { runs } from '../../builders/property.ts';
import { seedTickets } from '../../builders/seed.ts';
import { everyTicket, readDatabase } from '../../builders/tickets.ts';
import {
  copyFolder,
  makeFolder,
  openTestConsole,
  removeFolder,
  type TestConsole,
} from '../../builders/workspace.ts';
import { size } from '../../faults/size.ts';

/** Two or three chunks. */
const count = 5_000;
const numRuns = size({ short: 8, long: 100 });

type Step =
  | { readonly kind: 'plan' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'settle' }
  /** On one of the operations there are, whatever its state: refused or not, it must do no harm. */
  | {
      readonly kind: 'start' | 'pause' | 'resume' | 'cancel' | 'retry' | 'undo' | 'discard' | 'dismiss';
      readonly of: number;
      /** Sent without waiting for the answer, so that the next step runs into it. */
      readonly isHasty: boolean;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan' as const) }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'reopen' }, { kind: 'settle' }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'start' as const,
        'start' as const,
        'pause' as const,
        'resume' as const,
        'cancel' as const,
        'retry' as const,
        'undo' as const,
        'discard' as const,
        'dismiss' as const,
      ),
      of: fc.nat(50),
      isHasty: fc.boolean(),
    }),
  },
);

let template: string;

beforeAll(() => {
  template = makeFolder();
  seedTickets(template, count);
});
afterAll(() => removeFolder(template));

/** A workspace that is given commands, and watched. */
class Schedule {
  readonly folder = copyFolder(template);
  readonly #known: number[] = [];
  readonly #hasty: Promise<unknown>[] = [];
  readonly #planned = new Map<number, number>();
  #app: TestConsole | null = null;
  #round = 0;

  get app(): TestConsole {
    if (!this.#app) throw new Error('no console is open');
    return this.#app;
  }

  async open(): Promise<void> {
    this.#app = await openTestConsole(this.folder);
    this.#app.console.subscribe((event) => {
      if (event.name === 'operation.updated') this.#observe(event.payload.operation);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#hasty.splice(0));
    await this.app.close();
    expect(this.app.reports).toEqual([]);
    this.#app = null;
  }

  /** What is told of an operation adds up, and what was looked at once is not planned again. */
  #observe(operation: Operation): void {
    const counts = countsOf(operation.tallies);
    const before = this.#planned.get(operation.id);
    if (before === undefined) return;
    expect(counts.planned).toBeLessThanOrEqual(before);
    this.#planned.set(operation.id, counts.planned);
  }

  async run(step: Step): Promise<void> {
    if (step.kind === 'plan') return this.#plan();
    if (step.kind === 'settle') return this.settle();
    if (step.kind === 'reopen') {
      await this.close();
      // Drafts are gone with the console that made them.
      this.#known.splice(0);
      await this.open();
      const { operations } = await this.app.ask('operations.list', { limit: 200 });
      this.#known.push(...operations.map(({ id }) => id).toReversed());
      return;
    }
    const id = this.#known[step.of % Math.max(1, this.#known.length)];
    if (id === undefined) return;
    const answered = this.#command(step.kind, id);
    if (step.isHasty) this.#hasty.push(answered);
    else await answered;
    for (const known of this.#known) expectBooksBalance(this.folder, known);
  }

  async #plan(): Promise<void> {
    this.#round += 1;
    const draft = await this.app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: `Round ${this.#round}` },
    });
    this.#remember(draft);
  }

  #remember(draft: Operation): void {
    this.#known.push(draft.id);
    this.#planned.set(draft.id, countsOf(draft.tallies).planned);
  }

  /** A command is carried out or refused with a code that says why; anything else is a bug. */
  async #command(kind: Extract<Step, { of: number }>['kind'], id: number): Promise<void> {
    try {
      const answer = await this.app.ask(`operations.${kind}`, { id });
      if (kind === 'retry' || kind === 'undo') this.#remember(answer as Operation);
    } catch (error) {
      expect(['wrong_state', 'nothing_to_do', 'not_found']).toContain((error as { code: string }).code);
    }
  }

  /** Lets everything come to its end: what waits for the user is resumed, drafts are thrown away. */
  async settle(): Promise<void> {
    await Promise.all(this.#hasty.splice(0));
    for (const id of this.#known.splice(0)) {
      const operation = await this.app.ask('operations.get', { id }).catch((error: { code: string }) => {
        expect(error.code).toBe('not_found');
        return null;
      });
      if (!operation) continue;
      if (operation.state === 'draft') {
        await this.app.ask('operations.discard', { id });
        continue;
      }
      // A pause may come so late that what is under way is the rest: the operation then ends by itself.
      if (operation.state === 'paused' && !operation.isCancelling) await this.#command('resume', id);
      const ended = await this.app.ended(id);
      expect(isFinal(ended.state)).toBe(true);
      expectEndedWell(this.folder, ended);
      this.#known.push(id);
    }
    this.#known.sort((a, b) => a - b);
    expect(this.app.console.runningOperations()).toBeLessThanOrEqual(this.#known.length);
  }
}

describe('any schedule of commands', () => {
  it('keeps the books balanced at every look and leaves nothing stuck', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18 }), async (steps) => {
        const schedule = new Schedule();
        await schedule.open();
        try {
          await schedule.run({ kind: 'plan' });
          for (const step of steps) await schedule.run(step);
          await schedule.settle();
          expectEachTicketCounted(schedule.folder);
        } finally {
          await schedule.close();
          removeFolder(schedule.folder);
        }
      }),
      { ...runs(numRuns), endOnFailure: true },
    );
  }, 500_000);
});

/** The version of each ticket has risen by one for every item that was done to it, and by nothing else. */
function expectEachTicketCounted(folder: string): void {
  const wrong = readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT t.id FROM tickets t
          LEFT JOIN (SELECT record_id, count(*) AS times FROM items WHERE state = 'done' GROUP BY record_id) d
            ON d.record_id = t.id
          WHERE t.version <> 1 + coalesce(d.times, 0)`,
      )
      .all(),
  );
  expect(wrong).toEqual([]);
}
