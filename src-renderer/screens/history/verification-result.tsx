import type { HistoryProblem, Verification } from '../../../src-shared/contract/history.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { Button } from '../../components/button.tsx';
import { Checksum } from '../../components/checksum.tsx';
import { Icon } from '../../components/icon.tsx';
import styles from './verification-result.module.css';
import { checkedWords, placeWords, verdictWords } from './verification-words.ts';

interface VerificationResultProps {
  readonly result: Verification;
  /** Opens the operation that a problem is in. */
  readonly onOpen: (operationId: number) => void;
}

/** Whether the history is as it was written, its checksum, and every place where it is not. */
export function VerificationResult({ result, onOpen }: VerificationResultProps) {
  const { problems, hasMoreProblems, head } = result;
  const isSound = problems.length === 0;
  return (
    <>
      <div role="status" className={styles.verdict} data-verdict={isSound ? 'sound' : 'changed'}>
        <Icon name={isSound ? 'done' : 'error'} />
        <div>
          <h3>{verdictWords(result)}</h3>
          <p>{checkedWords(result)}</p>
        </div>
      </div>
      {!isSound && (
        <ol aria-label="Places where the history is not as it was written" className={styles.problems}>
          {problems.map((problem, index) => (
            // The same words may stand twice.
            <li key={`${index}/${problem.message}`}>
              <Problem problem={problem} onOpen={onOpen} />
            </li>
          ))}
        </ol>
      )}
      {hasMoreProblems && <p>More than the first {formatNumber(problems.length)} are not listed.</p>}
      <div>
        <Checksum label="Checksum of everything up to now" value={head} />
        <p className={styles.hint}>
          Kept somewhere else, it shows later that nothing up to now was rewritten.
        </p>
      </div>
    </>
  );
}

function Problem({
  problem,
  onOpen,
}: {
  readonly problem: HistoryProblem;
  readonly onOpen: VerificationResultProps['onOpen'];
}) {
  const { operationId } = problem;
  const place = placeWords(problem);
  return (
    <div className={styles.problem}>
      <div>
        <p>{problem.message}</p>
        {place && <p className={styles.hint}>{place}</p>}
      </div>
      {operationId !== null && (
        <Button size="small" onClick={() => onOpen(operationId)}>
          Open operation #{operationId}
        </Button>
      )}
    </div>
  );
}
