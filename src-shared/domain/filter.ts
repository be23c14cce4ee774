import { z } from 'zod';
import { Condition } from './condition.ts';

export const mostConditions = 50;
export const longestSearch = 500;

/** Which records: every condition holds, and what a record is searched in has every word of `text`, and those in quotes as they stand together. */
export const Filter = z.strictObject({
  conditions: z.array(Condition).max(mostConditions).default([]),
  text: z.string().max(longestSearch).default(''),
  /** Deleted records are out of sight unless they are asked for, and then they are all that is shown. */
  deleted: z.boolean().default(false),
});
export type Filter = z.infer<typeof Filter>;

export const everything: Filter = { conditions: [], text: '', deleted: false };

export const Sort = z.strictObject({
  field: z.string().min(1).max(64),
  direction: z.enum(['asc', 'desc']),
});
export type Sort = z.infer<typeof Sort>;
