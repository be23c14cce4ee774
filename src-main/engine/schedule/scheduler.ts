import { setImmediate } from 'node:timers/promises';
import { ZodError } from 'zod';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import type { Schedule, ScheduledRun } from '../../../src-shared/domain/schedule.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import type { ScheduleContent, StoredSchedule } from '../../store/store.ts';
import type { Engine } from '../engine.ts';
import type { EnginePorts } from '../ports.ts';
import { assertTimeZone, readCron } from './cron.ts';
import type { Templates } from './templates.ts';

/** A run that comes later than this is told as missed instead: nobody expects it any more. */
const graceMs = 5 * 60_000;
/** When the database could not be asked, it is asked again after this time. */
const retryMs = 60_000;
/** A clock that was put back is noticed after this time. */
const lookEveryMs = 3_600_000;
/** A run that was due so much later than now was none: the clock was ahead. Put back by less, it repeats no run. */
const aheadMs = 24 * 3_600_000;
/** Runs of a pattern that are counted without a pause: about 20 ms. */
const countedAtOnce = 500;

const missedMessage =
  'It was due while Bulkhead was not running or the computer slept, so it was skipped. Nothing was changed.';
const unreadableMessage =
  'When it runs cannot be read by this version, so it does not run until that is said anew. Nothing was changed.';
const interruptedMessage = 'Bulkhead ended before this run could be started. Nothing was changed.';

export type ScheduleDraft = Omit<ScheduleContent, 'nextAt'>;

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

  async function makeRun(schedule: Schedule): Promise<Omit<ScheduledRun, 'at'>> {
    let draftId: number | null = null;
    try {
      const template = await store.read('getTemplate', { id: schedule.templateId });
      const draft = await templates.plan(template, { client: 'schedule', actor: schedule.createdBy });
      draftId = draft.id;
      if (countsOf(draft.tallies).planned === 0)
        throw new BulkheadError('nothing_to_do', 'Everything is so already.');
      if (!(await store.write('linkRun', { id: schedule.id, operationId: draft.id })))
        throw new BulkheadError('stopped', 'The schedule was switched off while this run was being planned.');
      await engine.start(draft.id, null, template.options);
      return started(draft.id);
    } catch (error) {
      if (draftId !== null && (await isStarted(draftId))) return started(draftId);
      return refusal(error);
    }
  }

  /** Throws the draft of a run that failed away, unless it was started and only the answer was lost. */
  async function isStarted(draftId: number): Promise<boolean> {
    const { operation } = await store.read('getOperation', { id: draftId });
    if (operation.state !== 'draft') return true;
    await engine.abandon(draftId);
    return false;
  }

  function refusal(cause: unknown): Omit<ScheduledRun, 'at'> {
    if (cause instanceof ZodError)
      return {
        outcome: 'refused',
        operationId: null,
        message: 'Its action no longer accepts what the template asks for.',
      };
    const error = toBulkheadError(cause);
    if (error.code === 'nothing_to_do') return { outcome: 'nothing_to_do', operationId: null, message: '' };
    if (error.code === 'internal') report(cause, 'schedules');
    return { outcome: 'refused', operationId: null, message: error.message };
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

/** What became of a run that an earlier console did not settle, because it ended. */
function outcomeOf({ dueAt, startedId }: NonNullable<StoredSchedule['claim']>): ScheduledRun {
  if (startedId === null) return missed(dueAt, interruptedMessage);
  return { at: dueAt, ...started(startedId) };
}

function started(operationId: number): Omit<ScheduledRun, 'at'> {
  return { outcome: 'started', operationId, message: '' };
}

function missed(at: number, message: string): ScheduledRun {
  return { at, outcome: 'missed', operationId: null, message };
}

/** The runs from `dueAt` until now: the latest, how many, and the one after them; null when it is stopped while it counts. */
async function dueRuns(
  { cron, timeZone }: Schedule,
  dueAt: number,
  nowMs: number,
  isStopped: () => boolean,
): Promise<{ latestAt: number; count: number; nextAt: number | null } | null> {
  if (cron === null) return { latestAt: dueAt, count: 1, nextAt: null };
  const pattern = readCron(cron, timeZone);
  let latestAt = dueAt;
  for (let count = 1; ; count += 1) {
    const nextAt = pattern.after(latestAt);
    if (nextAt === null || nextAt > nowMs) return { latestAt, count, nextAt };
    latestAt = nextAt;
    // Every minute of a year is half a million runs: others get their turn meanwhile.
    if (count % countedAtOnce === 0) await setImmediate();
    if (isStopped()) return null;
  }
}

/** When a schedule is due next, or null when it is switched off. Throws `schedule_invalid`. */
function nextRunOf({ cron, startAt, timeZone, isActive }: ScheduleDraft, nowMs: number): number | null {
  if ((cron === null) === (startAt === null))
    throw invalid('A schedule needs either a pattern or a moment, and not both.');
  assertTimeZone(timeZone);
  if (startAt !== null && isActive && startAt <= nowMs) throw invalid('This moment has passed.');
  const nextAt = cron === null ? startAt : readCron(cron, timeZone).after(nowMs);
  if (nextAt === null) throw invalid(`"${cron}" never comes.`);
  return isActive ? nextAt : null;
}

function invalid(message: string): BulkheadError {
  return new BulkheadError('schedule_invalid', `${message} Nothing was saved.`);
}
