import { formatClockLength } from '../format/times.ts';
import { useNow } from './use-now.ts';

/** The time until then, counted down in place; 0:00 once it has come. `at` is in epoch ms. */
export function Countdown({ at }: { readonly at: number }) {
  const nowMs = useNow(1000);
  return <span role="timer">{formatClockLength(Math.max(0, at - nowMs))}</span>;
}
