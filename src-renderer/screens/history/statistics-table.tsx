import type { ActionStatistics } from '../../../src-shared/contract/history.ts';
import { formatDuration, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { actionLabel, errorWords, formatShare } from '../../format/actions.ts';
import { useConsole } from '../../state/context.tsx';
import styles from './statistics-table.module.css';

/** One line per kind of edit: how often, how it went, how long it took and what went wrong. */
export function StatisticsTable({ actions }: { readonly actions: readonly ActionStatistics[] }) {
  const known = useConsole((state) => state.actions);
  return (
    <div
      className={styles.scroller}
      // Wider than a narrow window: it scrolls by keyboard.
      tabIndex={0}
      role="group"
      aria-label="Statistics per action"
    >
      <table className={styles.table}>
        <caption className="visually-hidden">How operations went, per action</caption>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col" className={styles.number}>
              Operations
            </th>
            <th scope="col" className={styles.number}>
              Done
            </th>
            <th scope="col" className={styles.number}>
              Failed
            </th>
            <th scope="col" className={styles.share}>
              Success rate
            </th>
            <th scope="col" className={styles.number} title="Half of the operations took no longer">
              Half took
            </th>
            <th scope="col" className={styles.number} title="95 of 100 operations took no longer">
              95% took
            </th>
            <th scope="col">Why records failed</th>
          </tr>
        </thead>
        <tbody>
          {actions.map((one) => (
            <tr key={one.action}>
              <th scope="row">{actionLabel(one.action, known)}</th>
              <td className={styles.number}>{formatNumber(one.operations)}</td>
              <td className={styles.number}>{formatNumber(one.done)}</td>
              <td className={styles.number}>{formatNumber(one.failed)}</td>
              <td>
                <SuccessRate rate={one.successRate} />
              </td>
              <td className={styles.number}>{durationWords(one.p50Ms)}</td>
              <td className={styles.number}>{durationWords(one.p95Ms)}</td>
              <td className={styles.errors}>
                <Errors errors={one.errors} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SuccessRate({ rate }: { readonly rate: number | null }) {
  if (rate === null) return <>–</>;
  return (
    <span className={styles.rate}>
      <span className={styles.rateWords}>{formatShare(rate)}</span>
      <span aria-hidden="true" className={styles.track}>
        <span className={styles.fill} style={{ width: `${rate * 100}%` }} />
      </span>
    </span>
  );
}

function Errors({ errors }: { readonly errors: ActionStatistics['errors'] }) {
  if (errors.length === 0) return <>–</>;
  const most = Math.max(...errors.map(({ count }) => count));
  return (
    <ul>
      {errors.map(({ reason, count }) => (
        <li key={reason} className={styles.error}>
          <span className={styles.errorCount}>{formatNumber(count)}</span>
          <span aria-hidden="true" className={styles.errorTrack}>
            <span className={styles.errorFill} style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span>{errorWords(reason)}</span>
        </li>
      ))}
    </ul>
  );
}

function durationWords(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}
