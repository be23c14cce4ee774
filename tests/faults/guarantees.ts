/** What Bulkhead promises, each proved by the test file of its name: `tests/faults/<id>.test.ts`. */
export interface Guarantee {
  readonly id: string;
  /** What holds, with its figure. */
  readonly promise: string;
  /** Under which assumption. */
  readonly assumption: string;
  /** Where the proof runs: plain Node, Chromium against the browser host, real Electron, a packaged build. */
  readonly runs: readonly ('node' | 'chromium' | 'electron' | 'packaged')[];
}

/** In the order of `docs/guarantees.md`. */
export const guarantees: readonly Guarantee[] = [];
