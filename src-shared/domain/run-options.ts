import { z } from 'zod';

/** The longest time limit that is taken: some two weeks. */
export const longestTimeLimitMs = 20_000 * 60_000;

/** How a started operation runs: when it stops by itself, how it tries again, and when it begins. Durations in ms. */
export const RunOptions = z.strictObject({
  /** Failures that are put up with; one more, and what was not started is cancelled. 0 stops at the first, null never stops. */
  maxErrors: z.int().min(0).nullable().default(null),
  /** The same as a share (0 to 1) of the items that were tried. */
  maxErrorShare: z.number().min(0).max(1).nullable().default(null),
  /** The first records alone: any failure among them stops the operation; else it goes on, or pauses to be looked at. */
  canary: z
    .strictObject({ count: z.int().min(1).max(100_000), isPausing: z.boolean() })
    .nullable()
    .default(null),
  /** Time in progress after which what was not started is cancelled. */
  timeLimitMs: z.int().min(1_000).nullable().default(null),
  /** Time for one record's answer from a remote. */
  itemTimeoutMs: z.int().min(100).max(600_000).default(60_000),
  /** What may pass by itself is tried again after a random time up to `min(baseMs × 2^attempt, maxMs)`. */
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(20),
      baseMs: z.int().min(1).max(60_000),
      maxMs: z.int().min(1).max(3_600_000),
    })
    .default({ attempts: 5, baseMs: 500, maxMs: 60_000 }),
  /** Does not begin before this moment (epoch ms). */
  startAt: z.int().nullable().default(null),
});
export type RunOptions = z.infer<typeof RunOptions>;

/** As they may be asked for; what was taken before is read all the same. */
export const AskedRunOptions = RunOptions.extend({
  timeLimitMs: z.int().min(1_000).max(longestTimeLimitMs).nullable().default(null),
});

export const defaultRunOptions: RunOptions = RunOptions.parse({});
