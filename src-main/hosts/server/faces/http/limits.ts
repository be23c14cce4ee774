/** What each kind of request may ask for at once, and how often one user may make it. */
export interface KindLimit {
  readonly maxIds: number;
  /** Null for as often as they like. */
  readonly perMinute: number | null;
}

/** The limits of the APIs, as their contract names them. Those of the workspace's own settings hold beside them. */
export const kindLimits = {
  'tickets.bulk': { maxIds: 100_000, perMinute: null },
  'sessions.validate': { maxIds: 10_000, perMinute: null },
  'sessions.delete': { maxIds: 1_000, perMinute: 10 },
  'sessions.close': { maxIds: 1_000, perMinute: 20 },
  'sessions.archive': { maxIds: 1_000, perMinute: 15 },
  'sessions.export': { maxIds: 10_000, perMinute: 30 },
  'videos.delete': { maxIds: 100, perMinute: null },
  'videos.export': { maxIds: 500, perMinute: null },
  'videos.reprocess': { maxIds: 100, perMinute: null },
  'orders.process': { maxIds: 100_000, perMinute: null },
  'records.patch': { maxIds: 1, perMinute: null },
  'records.import': { maxIds: 0, perMinute: null },
} as const satisfies Record<string, KindLimit>;
export type Kind = keyof typeof kindLimits;

/** Operations of one user that are under way at the same time. */
export const maxConcurrent = 20;
/** Requests and sockets of one user at the same time: whoever opens more would keep others out. */
export const maxConnections = 64;
/** A session operation ends after this. */
export const sessionTimeLimitMs = 5 * 60_000;
/** Links to files that were exported. */
export const downloadMs = 24 * 60 * 60_000;
