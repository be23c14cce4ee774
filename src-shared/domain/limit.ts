import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';

/** How much one operation may touch, and how often one may be started; per collection and action. */
export const Limit = z.strictObject({
  collection: CollectionName,
  /** An action's name, or `*` for every one that has no limit of its own. */
  action: z.string().min(1).max(64),
  /** Most records of one operation; null for no limit. */
  maxRecords: z.int().min(1).nullable(),
  /** Most operations started by one person within a time; null for no limit. */
  rate: z.strictObject({ count: z.int().min(1), perMs: z.int().min(1_000) }).nullable(),
});
export type Limit = z.infer<typeof Limit>;

export const Limits = z
  .array(Limit)
  .max(200)
  .refine(
    (limits) => new Set(limits.map((limit) => `${limit.collection} ${limit.action}`)).size === limits.length,
    'there are two limits for the same action',
  );

/** The one limit that counts for an action: its own, else that for every action. */
export function limitFor(limits: readonly Limit[], collection: string, action: string): Limit | null {
  const own = limits.filter((limit) => limit.collection === collection);
  return (
    own.find((limit) => limit.action === action) ?? own.find((limit) => limit.action === everyAction) ?? null
  );
}

export const everyAction = '*';
