import { z } from 'zod';
import { AskedRunOptions } from '../domain/run-options.ts';
import { Schedule, ScheduleId, Template, TemplateId } from '../domain/schedule.ts';
import type { RequestContract } from './contract.ts';

const TemplateContent = Template.pick({
  name: true,
  action: true,
  collection: true,
  selection: true,
  input: true,
}).extend({ options: AskedRunOptions });

export const scheduleRequests = {
  /** By name. */
  'templates.list': { input: z.strictObject({}), output: z.strictObject({ templates: z.array(Template) }) },
  /** Without an id a new one; throws `name_taken` and `invalid_request` (the action refuses the input). */
  'templates.save': { input: TemplateContent.extend({ id: TemplateId.optional() }), output: Template },
  /** Removes its schedules too. */
  'templates.delete': { input: z.strictObject({ id: TemplateId }), output: z.strictObject({}) },
  /** Plans a template now. Answers a draft. */
  'templates.plan': { input: z.strictObject({ id: TemplateId }), output: z.strictObject({ id: z.int() }) },

  /** By their next run. */
  'schedules.list': { input: z.strictObject({}), output: z.strictObject({ schedules: z.array(Schedule) }) },
  /** Exactly one of `cron` and `startAt`. Throws `schedule_invalid` for a pattern, zone or moment that never comes. */
  'schedules.save': {
    input: Schedule.pick({
      templateId: true,
      cron: true,
      startAt: true,
      timeZone: true,
      isActive: true,
    }).extend({ id: ScheduleId.optional() }),
    output: Schedule,
  },
  'schedules.delete': { input: z.strictObject({ id: ScheduleId }), output: z.strictObject({}) },
  /** The next runs of a pattern, to be shown while it is typed. Throws `schedule_invalid`. */
  'schedules.preview': {
    input: z.strictObject({ cron: z.string().max(120), timeZone: z.string().max(60) }),
    output: z.strictObject({ nextAt: z.array(z.int()).max(5) }),
  },
} satisfies RequestContract;

export const scheduleEvents = {
  /** A schedule ran, was missed or was changed. */
  'schedules.changed': z.strictObject({ schedules: z.array(Schedule) }),
} as const;
