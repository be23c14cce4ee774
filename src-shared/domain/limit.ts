import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';

/** How much one operation may touch, and how often one may be started; per collection and action. */
export const Limit = z.strictObject({
  collection: CollectionName,
  /** An action's name, or `*` for every one. */
  action: z.string().min(1).max(64),
  /** Most records of one operation; null for no limit. */
  maxRecords: z.int().min(1).nullable(),
  /** Most operations started by one person within a time; null for no limit. */
  rate: z.strictObject({ count: z.int().min(1), perMs: z.int().min(1_000) }).nullable(),
});
export type Limit = z.infer<typeof Limit>;
