import { z } from 'zod';

/** A category, assignee and the like: one line of visible text. */
export const ShortText = z
  .string()
  .max(500)
  .regex(/^\P{Cc}*$/u, 'holds a control character')
  .trim()
  .min(1);
