import { z } from 'zod';

/** One line of visible text, up to so many characters. */
export function oneLine(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^\P{Cc}*$/u, 'holds a control character')
    .trim()
    .min(1);
}

/** A category, assignee and the like. */
export const ShortText = oneLine(500);
