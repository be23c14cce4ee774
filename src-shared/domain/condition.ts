import { z } from 'zod';

/** A moment given absolutely (epoch ms) or as an age, resolved against the clock when it is used. */
export const Moment = z.union([z.strictObject({ at: z.int() }), z.strictObject({ agoMs: z.int().min(0) })]);
export type Moment = z.infer<typeof Moment>;

export const longestValue = 500;
export const mostValues = 200;
const field = z.string().min(1).max(64);
const value = z.string().max(longestValue);

/**
 * One test on one field of a record. The same shape serves filters and the rules of actions, so there is
 * one evaluator for records in memory (`matches`) and one compiler to SQL (`src-main/sql/records/where.ts`).
 */
export const Condition = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('in'),
    field,
    values: z.array(value).min(1).max(mostValues),
    not: z.boolean().default(false),
  }),
  z.strictObject({ op: z.literal('empty'), field, not: z.boolean().default(false) }),
  z.strictObject({ op: z.literal('before'), field, moment: Moment }),
  z.strictObject({ op: z.literal('after'), field, moment: Moment }),
]);
export type Condition = z.infer<typeof Condition>;

/** What a field of a record holds; times are epoch ms. */
export const FieldValue = z.union([z.string(), z.number(), z.null()]);
export type FieldValue = z.infer<typeof FieldValue>;

/** Resolves a moment to epoch milliseconds. */
export function toEpochMs(moment: Moment, nowMs: number): number {
  return 'at' in moment ? moment.at : nowMs - moment.agoMs;
}

/** True when the record satisfies the condition. Text compares without regard to ASCII case, as SQLite's NOCASE does. */
export function matches(
  record: Readonly<Record<string, FieldValue>>,
  condition: Condition,
  nowMs: number,
): boolean {
  const actual = record[condition.field] ?? null;
  switch (condition.op) {
    case 'in':
      return (
        (actual !== null && condition.values.some((wanted) => sameText(String(actual), wanted))) !==
        condition.not
      );
    case 'empty':
      return (actual === null || actual === '') !== condition.not;
    case 'before':
      return typeof actual === 'number' && actual < toEpochMs(condition.moment, nowMs);
    case 'after':
      return typeof actual === 'number' && actual >= toEpochMs(condition.moment, nowMs);
  }
}

function sameText(a: string, b: string): boolean {
  return a === b || lowerAscii(a) === lowerAscii(b);
}

/** Lower case for the letters A to Z only, as SQLite's NOCASE has it. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
