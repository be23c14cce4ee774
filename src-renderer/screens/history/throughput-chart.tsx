import { formatDuration } from '../../../src-shared/domain/number-words.ts';
import { formatRate } from '../../format/numbers.ts';
import type { Throughput } from './throughput.ts';
import styles from './throughput-chart.module.css';

const heightPx = 40;
const barPx = 4;

/** How fast an operation went, from its start to its end. Gaps are pauses. */
export function ThroughputChart({ throughput }: { readonly throughput: Throughput }) {
  const { rates, maxRate, durationMs } = throughput;
  const words = `Records per second over ${formatDuration(durationMs)}, at most ${formatRate(maxRate)}`;
  return (
    <figure className={styles.chart}>
      <figcaption>{words}</figcaption>
      <svg
        role="img"
        aria-label={words}
        viewBox={`0 0 ${rates.length * barPx} ${heightPx}`}
        preserveAspectRatio="none"
        className={styles.bars}
      >
        {rates.map((rate, index) => {
          const height = maxRate === 0 ? 0 : (rate / maxRate) * heightPx;
          // Bars are slices of time: they have a place and no other name.
          return (
            <rect key={index} x={index * barPx} y={heightPx - height} width={barPx - 1} height={height} />
          );
        })}
      </svg>
    </figure>
  );
}
