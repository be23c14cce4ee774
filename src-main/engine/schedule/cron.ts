import { Cron } from 'croner';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

/** A pattern that was read. */
export interface CronPattern {
  /** The first run after a moment (both epoch ms), or null when there is none. */
  after(ms: number): number | null;
}

/**
 * Reads a pattern of five fields in a time zone. Where clocks are put forward, a run at one time of day that is left
 * out comes right after the gap; where they are put back, it comes once. Throws `schedule_invalid`.
 */
export function readCron(pattern: string, timeZone: string): CronPattern {
  assertTimeZone(timeZone);
  // The package reads more than patterns of five fields: dates, nicknames, seconds, years.
  if (pattern.trim().split(/\s+/).length !== 5)
    throw invalid(`"${pattern}" does not have five fields: minute, hour, day, month, weekday.`);
  let cron: Cron;
  try {
    cron = new Cron(pattern, { mode: '5-part', timezone: timeZone, paused: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: |\.$/g, '') : String(cause);
    throw invalid(`"${pattern}" cannot be read: ${why}.`, cause);
  }
  return { after: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? null };
}

/** Throws `schedule_invalid` for what is not the name of a time zone. */
export function assertTimeZone(timeZone: string): void {
  try {
    // Offsets such as "+02:00" pass here too, but know nothing of summer time.
    if (/^[A-Za-z]/.test(timeZone)) return void new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    // Told below, as for what does not even look like a name.
  }
  throw invalid(`"${timeZone}" is not a time zone; one is called "Europe/Berlin", for example.`);
}

function invalid(message: string, cause?: unknown): BulkheadError {
  return new BulkheadError('schedule_invalid', `${message} Nothing was saved.`, { cause });
}
