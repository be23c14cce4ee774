/** How long (ms) and how large (bytes) what a remote does may be. Streams have neither `totalMs` nor `bodyMax`. */
export interface HttpLimits {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the answer begins. */
  readonly headersMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  readonly totalMs: number;
  readonly bodyMax: number;
  readonly lineMax: number;
}

export const httpLimits: HttpLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  idleMs: 30_000,
  totalMs: 60_000,
  bodyMax: 8 * 2 ** 20,
  lineMax: 2 ** 20,
};
