import { beforeEach } from 'vitest';
import type { RequestInput } from '../../../src-shared/contract/index.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import type { Schedule, Template } from '../../../src-shared/domain/schedule.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { hour, type TimedConsole, useTimedConsole } from './timed-console.ts';

/** A template that assigns every ticket to somebody. */
export function assign(
  assignee: string,
  more: Partial<RequestInput<'templates.save'>> = {},
): RequestInput<'templates.save'> {
  return {
    name: `Assign to ${assignee}`,
    action: 'assign',
    collection: 'tickets',
    selection: everyTicket,
    input: { assignee },
    options: defaultRunOptions,
    ...more,
  };
}

export interface Schedules {
  readonly setup: TimedConsole;
  /** Assigns every ticket to Ada. */
  readonly template: Template;
  /** Saves that the template is run, in an hour unless told otherwise. */
  schedule(template: Template, more?: Partial<RequestInput<'schedules.save'>>): Promise<Schedule>;
  /** The schedule when it is as it should be, and what is due next is waited for. */
  until(id: number, test: (schedule: Schedule) => boolean): Promise<Schedule>;
  /** Lets time pass up to `restMs` before its end, and waits until the schedules have been looked at there. */
  passAllBut(restMs: number, ms: number): Promise<void>;
  operations(): Promise<Operation[]>;
  /** Ends the operation of a run and answers it. */
  ended(run: Schedule): Promise<Operation>;
}

/** A console with five tickets and a template for each test of a file. */
export function useSchedules(): Schedules {
  const setup = useTimedConsole(5);
  let template: Template;
  /** Run by no schedule: when it is saved all schedules are told of anew. */
  let other: Template;
  beforeEach(async () => {
    template = await setup.app.ask('templates.save', assign('Ada'));
    other = await setup.app.ask('templates.save', assign('nobody'));
  });

  function schedule(of: Template, more: Partial<RequestInput<'schedules.save'>> = {}): Promise<Schedule> {
    const once = { cron: null, startAt: setup.time.now() + hour, timeZone: 'UTC', isActive: true };
    return setup.app.ask('schedules.save', { templateId: of.id, ...once, ...more });
  }

  async function until(id: number, test: (schedule: Schedule) => boolean): Promise<Schedule> {
    const pick = (schedules: readonly Schedule[]) => schedules.find((each) => each.id === id && test(each));
    const told = setup.app.event('schedules.changed', ({ schedules }) => pick(schedules) !== undefined);
    await setup.app.ask('templates.save', { ...assign('nobody'), id: other.id });
    const found = pick((await told).schedules);
    if (!found) throw new Error('not told');
    return found;
  }

  const ended = (run: Schedule) => setup.app.ended(run.lastRun?.operationId ?? 0);

  return {
    setup,
    get template() {
      return template;
    },
    schedule,
    until,
    passAllBut: async (restMs, ms) => {
      const { app, time } = setup;
      const marker = await app.ask('templates.save', assign(`marker ${restMs}`));
      const { id } = await schedule(marker, { startAt: time.now() + ms - restMs });
      time.pass(ms - restMs);
      await ended(await until(id, ({ lastRun }) => lastRun !== null));
    },
    operations: async () => (await setup.app.ask('operations.list', { limit: 200 })).operations,
    ended,
  };
}
