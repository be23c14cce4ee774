import { setImmediate } from 'node:timers/promises';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Schedule } from '../../../src-shared/domain/schedule.ts';
import type { ScheduleContent } from '../../store/store.ts';
import { assertTimeZone, readCron } from './cron.ts';

/** Runs of a pattern that are counted without a pause: about 20 ms. */
const countedAtOnce = 500;

export type ScheduleDraft = Omit<ScheduleContent, 'nextAt'>;

/** The runs from `dueAt` until now: the latest, how many, and the one after them; null when it is stopped while it counts. */
export async function dueRuns(
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
export function nextRunOf(
  { cron, startAt, timeZone, isActive }: ScheduleDraft,
  nowMs: number,
): number | null {
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
