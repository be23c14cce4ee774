import type { Operation } from '../../../src-shared/domain/operation.ts';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icon.tsx';
import { useConsole } from '../../state/context.tsx';
import { forecastWords } from './forecast.ts';
import styles from './forecast-part.module.css';

/** How long it will take and can be undone, and by name everything that cannot be taken back or is near a limit. */
export function ForecastPart({ operation }: { readonly operation: Operation }) {
  const { facts, caution } = forecastWords(
    operation,
    useConsole((state) => state.settings),
  );
  return (
    <>
      <p className={styles.facts}>{facts.join(' · ')}</p>
      {caution && (
        <section
          aria-label={caution.title}
          className={cx(styles.caution, caution.isIrreversible && styles.irreversible)}
        >
          <Icon name="warning" />
          <div>
            <h3>{caution.title}</h3>
            <ul>
              {caution.parts.map((part) => (
                <li key={part}>{part}</li>
              ))}
            </ul>
          </div>
        </section>
      )}
    </>
  );
}
