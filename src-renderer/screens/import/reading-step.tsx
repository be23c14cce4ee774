import { Button } from '../../components/button.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { formatBytes, formatPercent } from '../../format/numbers.ts';
import type { ReadProgress } from './import-flow.ts';
import styles from './reading-step.module.css';

interface ReadingStepProps {
  readonly words: string;
  readonly progress: ReadProgress;
  readonly isStopping: boolean;
  readonly onStop: () => void;
}

/** A file is being read: how far, and a way out. */
export function ReadingStep({ words, progress, isStopping, onStop }: ReadingStepProps) {
  const { bytes, totalBytes } = progress;
  return (
    <div className={styles.reading}>
      <h3>{words}</h3>
      <ProgressBar label={words} value={bytes} total={totalBytes} />
      <p className={styles.figures}>
        {formatBytes(bytes)} of {formatBytes(totalBytes)} · {formatPercent(bytes, totalBytes)}
      </p>
      <Button icon="stop" disabled={isStopping} onClick={onStop}>
        {isStopping ? 'Stopping' : 'Stop'}
      </Button>
    </div>
  );
}
