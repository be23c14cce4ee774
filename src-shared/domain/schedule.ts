import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { RunOptions } from './run-options.ts';
import { OperationId, Selection } from './selection.ts';

export const TemplateId = z.int().positive();
export const ScheduleId = z.int().positive();

/** An operation to be made again: its action with input and options, on whatever its selection matches then. */
export const Template = z.strictObject({
  id: TemplateId,
  name: z.string().min(1).max(120),
  action: z.string().min(1).max(64),
  collection: CollectionName,
  selection: Selection,
  /** Checked by the action itself. An export names no target: its file goes to the workspace's exports folder. */
  input: z.record(z.string(), z.unknown()),
  options: RunOptions,
  createdBy: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type Template = z.infer<typeof Template>;

/** What became of a run when its time came. */
export const ScheduledRun = z.strictObject({
  at: z.int(),
  outcome: z.enum(['started', 'nothing_to_do', 'refused', 'missed']),
  operationId: OperationId.nullable(),
  /** Why it was refused or missed, as a sentence; empty otherwise. */
  message: z.string(),
});
export type ScheduledRun = z.infer<typeof ScheduledRun>;

/** Runs a template once or again and again. Each run is planned and started afresh at its time. */
export const Schedule = z.strictObject({
  id: ScheduleId,
  templateId: TemplateId,
  templateName: z.string(),
  /** Five fields (minute hour day month weekday), or null for a single run at `startAt`. */
  cron: z.string().max(120).nullable(),
  startAt: z.int().nullable(),
  /** IANA name in which `cron` is read. */
  timeZone: z.string().max(60),
  isActive: z.boolean(),
  /** Null when there is no further run. */
  nextAt: z.int().nullable(),
  lastRun: ScheduledRun.nullable(),
  /** Runs that were due while no console was open, since somebody last saved it. */
  missed: z.int().min(0),
  createdBy: z.string(),
  createdAt: z.int(),
});
export type Schedule = z.infer<typeof Schedule>;
