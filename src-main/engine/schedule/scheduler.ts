import type { Schedule, ScheduledRun } from '../../../src-shared/domain/schedule.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import type { StoredSchedule } from '../../store/store.ts';
import type { Engine } from '../engine.ts';
import type { EnginePorts } from '../ports.ts';
import { readCron } from './cron.ts';
import { dueRuns, nextRunOf, type ScheduleDraft } from './due-runs.ts';
import { createRunMaker, missed, outcomeOf } from './scheduled-runs.ts';
import type { Templates } from './templates.ts';

/** A run that comes later than this is told as missed instead: nobody expects it any more. */
const graceMs = 5 * 60_000;
/** When the database could not be asked, it is asked again after this time. */
const retryMs = 60_000;
/** A clock that was put back is noticed after this time. */
const lookEveryMs = 3_600_000;
/** A run that was due so much later than now was none: the clock was ahead. Put back by less, it repeats no run. */
const aheadMs = 24 * 3_600_000;

const missedMessage =
  'It was due while Bulkhead was not running or the computer slept, so it was skipped. Nothing was changed.';
const unreadableMessage =
  'When it runs cannot be read by this version, so it does not run until that is said anew. Nothing was changed.';

/** Plans and starts templates when their time comes. Every run that was due is started or told of, and none twice. */
export interface Scheduler {
  /** Settles what an earlier process left, counts what was missed, and waits for the next run. Call after operations were taken up. */
  open(): Promise<void>;
  /** Throws `schedule_invalid` and `not_found`. */
  save(id: number | null, draft: ScheduleDraft, actor: string): Promise<Schedule>;
  /** Throws `not_found`. */
  remove(id: number): Promise<void>;
  /** Tells everyone of the schedules as they are now, and waits for the next run among them. */
  refresh(): Promise<void>;
  /** Starts no run any more; resolves when the one that is being made has been. */
  stop(): Promise<void>;
}

type SchedulerPorts = Pick<EnginePorts, 'store' | 'clock' | 'agenda' | 'emit' | 'report'>;

export function createScheduler(
  ports: SchedulerPorts,
  engine: Pick<Engine, 'start' | 'abandon'>,
  templates: Pick<Templates, 'plan'>,
): Scheduler {
  const { store, clock, agenda, emit, report } = ports;
  const makeRun = createRunMaker(ports, engine, templates);
  let looking: Promise<void> = Promise.resolve();
  let refreshed: Promise<void> = Promise.resolve();
  let isStopping = false;
  /** What became of runs and could not be written down yet, by schedule. */
  const unsettled = new Map<number, ScheduledRun>();

  /** One look after the other: none ever meets a claim that another one is working on. */
  function look(): Promise<void> {
    looking = looking.then(lookOnce).catch(lookLater);
    return looking;
  }

  async function find(id: number): Promise<Schedule | undefined> {
    const schedules = await store.read('listSchedules');
    return schedules.find(({ schedule }) => schedule.id === id)?.schedule;
  }

  /** Beside the alarm, which may be set for a nearer moment. */
  function lookLater(error: unknown): void {
    report(error, 'schedules');
    agenda.after('schedules again', retryMs, () => void look());
  }

  async function lookOnce(): Promise<void> {
    agenda.after('schedules again', lookEveryMs, () => void look());
    for (const { schedule, claim } of await store.read('listSchedules')) {
      if (isStopping) return;
      if (claim) await settle(schedule.id, runOf(schedule.id, claim));
      if (schedule.nextAt === null) continue;
      try {
        if (schedule.nextAt <= clock.now()) await runDue(schedule, schedule.nextAt);
        else await reckonAnew(schedule, schedule.nextAt);
      } catch (error) {
        if (toBulkheadError(error).code !== 'schedule_invalid') throw error;
        await giveUp(schedule, schedule.nextAt);
      }
    }
    await refresh();
  }

  /**
   * One after the other: an older answer must not set the alarm, or be told, after a newer one. One that cannot be had is
   * no failure of the change that it follows.
   */
  function refresh(): Promise<void> {
    refreshed = refreshed.then(tellAndWait).catch(lookLater);
    return refreshed;
  }

  async function tellAndWait(): Promise<void> {
    const schedules = (await store.read('listSchedules')).map(({ schedule }) => schedule);
    const nextAt = schedules[0]?.nextAt ?? null;
    if (nextAt === null) agenda.delete('schedules');
    else agenda.set('schedules', nextAt, () => void look());
    emit({ name: 'schedules.changed', payload: { schedules } });
  }

  async function settle(id: number, run: ScheduledRun): Promise<void> {
    unsettled.set(id, run);
    await store.write('settleRun', { id, run });
    unsettled.delete(id);
  }

  function runOf(id: number, claim: NonNullable<StoredSchedule['claim']>): ScheduledRun {
    const known = unsettled.get(id);
    return known?.at === claim.dueAt ? known : outcomeOf(claim);
  }

  /** Where runs were made or missed by a clock that was far ahead, the next one is not left to wait for that time. */
  async function reckonAnew({ id, cron, timeZone, lastRun }: Schedule, dueAt: number): Promise<void> {
    if (cron === null || lastRun === null || lastRun.at <= clock.now() + aheadMs) return;
    const nextAt = readCron(cron, timeZone).after(clock.now());
    if (nextAt !== dueAt)
      await store.write('claimRun', { id, dueAt, nextAt, runAt: null, missed: 0, lastMissed: null });
  }

  /** A pattern or zone that was read once and is not by this version is no reason to keep the others waiting. */
  async function giveUp({ id }: Schedule, dueAt: number): Promise<void> {
    const refused: ScheduledRun = {
      at: dueAt,
      outcome: 'refused',
      operationId: null,
      message: unreadableMessage,
    };
    await store.write('claimRun', { id, dueAt, nextAt: null, runAt: null, missed: 0, lastMissed: refused });
  }

  async function runDue(schedule: Schedule, dueAt: number): Promise<void> {
    const due = await dueRuns(schedule, dueAt, clock.now(), () => isStopping);
    if (!due) return;
    const { latestAt, count, nextAt } = due;
    const isLate = clock.now() - latestAt > graceMs;
    const isClaimed = await store.write('claimRun', {
      id: schedule.id,
      dueAt,
      nextAt,
      runAt: isLate ? null : latestAt,
      missed: isLate ? count : count - 1,
      lastMissed: isLate ? missed(latestAt, missedMessage) : null,
    });
    if (isLate || !isClaimed) return;
    await settle(schedule.id, { at: latestAt, ...(await makeRun(schedule)) });
  }

  return {
    open: look,
    save: async (id, draft, actor) => {
      const known = id === null ? undefined : await find(id);
      // What is due by what it says so far would be due no more, and nobody would have been told.
      if (known && known.nextAt !== null && known.nextAt <= clock.now()) await look();
      const nowMs = clock.now();
      const content = { ...draft, nextAt: nextRunOf(draft, nowMs) };
      const toldMissed = known?.missed ?? 0;
      const saved = await store.write('saveSchedule', { id, content, actor, nowMs, toldMissed });
      await refresh();
      return saved;
    },
    remove: async (id) => {
      await store.write('deleteSchedule', { id });
      await refresh();
    },
    refresh,
    stop: () => {
      isStopping = true;
      return looking;
    },
  };
}
