import { formatNumber } from '../../src-shared/domain/number-words.ts';
import styles from './segments.module.css';

export interface Segment<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly count?: number | undefined;
}

export interface SegmentsProps<Id extends string> {
  /** Names the choice for screen readers. */
  readonly label: string;
  readonly segments: readonly Segment<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
}

/** A few choices beside each other, one of them in effect. */
export function Segments<Id extends string>({ label, segments, selected, onSelect }: SegmentsProps<Id>) {
  return (
    <fieldset className={styles.segments}>
      <legend className="visually-hidden">{label}</legend>
      {segments.map((segment) => (
        <button
          key={segment.id}
          type="button"
          aria-pressed={segment.id === selected}
          className={styles.segment}
          onClick={() => onSelect(segment.id)}
        >
          {segment.label}
          {segment.count !== undefined && (
            <>
              {' '}
              <span className={styles.count}>{formatNumber(segment.count)}</span>
            </>
          )}
        </button>
      ))}
    </fieldset>
  );
}
