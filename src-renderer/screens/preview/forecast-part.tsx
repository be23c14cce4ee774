import type { Operation } from '../../../src-shared/domain/operation.ts';
import { Icon } from '../../components/icon.tsx';
import { forecastWords } from './forecast.ts';
import styles from './forecast-part.module.css';

/** How long it will take, and by name everything that cannot be taken back. */
export function ForecastPart({ operation }: { readonly operation: Operation }) {
  const { facts, irreversible } = forecastWords(operation);
  return (
    <>
      <p className={styles.facts}>{facts.join(' · ')}</p>
      {irreversible.length > 0 && (
        <section aria-label="What cannot be taken back" className={styles.irreversible}>
          <Icon name="warning" />
          <div>
            <h3>What cannot be taken back</h3>
            <ul>
              {irreversible.map((part) => (
                <li key={part}>{part}</li>
              ))}
            </ul>
          </div>
        </section>
      )}
    </>
  );
}
