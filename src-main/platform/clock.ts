/** Where the time comes from; a port, so that tests can move it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Rings once after a while; a port beside the clock, so that tests need not wait. */
export interface Timer {
  /** Calls `ring` after `waitMs`, which is less than 2^31; what it answers calls it off. */
  set(waitMs: number, ring: () => void): () => void;
}

export const systemTimer: Timer = {
  set: (waitMs, ring) => {
    const timeout = setTimeout(ring, waitMs);
    return () => clearTimeout(timeout);
  },
};
