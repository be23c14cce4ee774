import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { Schedule, ScheduledRun } from '../../../src-shared/domain/schedule.ts';
import type { Db } from '../open.ts';
import { all, get, run } from '../statement.ts';
import { getTemplate } from './templates.ts';

/** A schedule with the run that was claimed and not settled: the console is making it, or ended while it did. */
export interface StoredSchedule {
  readonly schedule: Schedule;
  /** `startedId` is the run's operation, once that was started. */
  readonly claim: { readonly dueAt: number; readonly startedId: number | null } | null;
}

interface ScheduleRow {
  id: number;
  template_id: number;
  template_name: string;
  cron: string | null;
  start_at: number | null;
  time_zone: string;
  is_active: number;
  next_at: number | null;
  last_run: string | null;
  missed: number;
  claimed_at: number | null;
  started_id: number | null;
  created_by: string;
  created_at: number;
}

const selectSchedule = sql`SELECT s.*, t.name AS template_name, o.id AS started_id FROM schedules s
  JOIN templates t ON t.id = s.template_id
  LEFT JOIN operations o ON o.id = s.claimed_operation_id AND o.state <> 'draft'`;

function toStored(row: ScheduleRow): StoredSchedule {
  const schedule = Schedule.parse({
    id: row.id,
    templateId: row.template_id,
    templateName: row.template_name,
    cron: row.cron,
    startAt: row.start_at,
    timeZone: row.time_zone,
    isActive: row.is_active === 1,
    nextAt: row.next_at,
    lastRun: row.last_run === null ? null : ScheduledRun.parse(JSON.parse(row.last_run)),
    missed: row.missed,
    createdBy: row.created_by,
    createdAt: row.created_at,
  });
  return {
    schedule,
    claim: row.claimed_at === null ? null : { dueAt: row.claimed_at, startedId: row.started_id },
  };
}

/** Every schedule, by its next run. */
export function listSchedules(db: Db): StoredSchedule[] {
  return all<ScheduleRow>(db, sql`${selectSchedule} ORDER BY s.next_at IS NULL, s.next_at, s.id`).map(
    toStored,
  );
}

export type ScheduleContent = Pick<
  Schedule,
  'templateId' | 'cron' | 'startAt' | 'timeZone' | 'isActive' | 'nextAt'
>;

/**
 * Inserts a schedule, or changes the one with this id: whoever does has seen the missed runs that were told until then,
 * `toldMissed` of them, so that they count no more. Throws `not_found` for it or its template.
 */
export function saveSchedule(
  db: Db,
  args: { id: number | null; content: ScheduleContent; actor: string; nowMs: number; toldMissed: number },
): Schedule {
  return db
    .transaction(() => {
      const { templateId, cron, startAt, timeZone, nextAt } = args.content;
      const isActive = args.content.isActive ? 1 : 0;
      getTemplate(db, { id: templateId });
      const saved = get<{ id: number }>(
        db,
        args.id === null
          ? sql`INSERT INTO schedules (template_id, cron, start_at, time_zone, is_active, next_at, created_by, created_at)
              VALUES (${templateId}, ${cron}, ${startAt}, ${timeZone}, ${isActive}, ${nextAt}, ${args.actor}, ${args.nowMs})
              RETURNING id`
          : sql`UPDATE schedules SET template_id = ${templateId}, cron = ${cron}, start_at = ${startAt},
              time_zone = ${timeZone}, is_active = ${isActive}, next_at = ${nextAt},
              missed = max(0, missed - ${args.toldMissed}) WHERE id = ${args.id} RETURNING id`,
      );
      const row = saved && get<ScheduleRow>(db, sql`${selectSchedule} WHERE s.id = ${saved.id}`);
      if (!row) throw noSchedule();
      return toStored(row).schedule;
    })
    .immediate();
}

/** Throws `not_found`. */
export function deleteSchedule(db: Db, args: { id: number }): void {
  if (run(db, sql`DELETE FROM schedules WHERE id = ${args.id}`) === 0) throw noSchedule();
}

/**
 * Claims the runs that are due for a schedule and moves it on to its next one, in one statement: whatever happens
 * afterwards, they cannot run a second time. `runAt` is the run that will be made now, or null if all of them were
 * missed. Answers false, and does nothing, if the schedule was changed meanwhile.
 */
export function claimRun(
  db: Db,
  args: {
    id: number;
    dueAt: number;
    nextAt: number | null;
    runAt: number | null;
    missed: number;
    /** What is recorded about the latest one, where none is made. */
    lastMissed: ScheduledRun | null;
  },
): boolean {
  const lastMissed = args.lastMissed && JSON.stringify(args.lastMissed);
  return (
    run(
      db,
      sql`UPDATE schedules SET next_at = ${args.nextAt}, claimed_at = ${args.runAt}, claimed_operation_id = NULL,
        missed = missed + ${args.missed}, last_run = coalesce(${lastMissed}, last_run)
        WHERE id = ${args.id} AND next_at = ${args.dueAt} AND claimed_at IS NULL`,
    ) === 1
  );
}

/** Notes the draft that a claimed run made. Answers false when the schedule was removed or switched off meanwhile. */
export function linkRun(db: Db, args: { id: number; operationId: number }): boolean {
  return (
    run(
      db,
      sql`UPDATE schedules SET claimed_operation_id = ${args.operationId}
        WHERE id = ${args.id} AND claimed_at IS NOT NULL AND is_active = 1`,
    ) === 1
  );
}

/** Writes down what became of a claimed run. */
export function settleRun(db: Db, args: { id: number; run: ScheduledRun }): void {
  run(
    db,
    sql`UPDATE schedules SET last_run = ${JSON.stringify(args.run)}, missed = missed + ${args.run.outcome === 'missed' ? 1 : 0},
      claimed_at = NULL, claimed_operation_id = NULL WHERE id = ${args.id} AND claimed_at IS NOT NULL`,
  );
}

function noSchedule(): BulkheadError {
  return new BulkheadError('not_found', 'This schedule is not there any more.');
}
