import sql from 'sql-template-tag';
import type { HistoryProblem, Verification } from '../../../src-shared/contract/history.ts';
import type { Db } from '../open.ts';
import { get } from '../statement.ts';
import { noHash } from './evidence.ts';
import { createOperationChecks } from './evidence-operations.ts';
import { tryToRead, walkJournal } from './evidence-walk.ts';

/** More tell nobody more. */
const maxProblems = 1_000;

export interface CheckWatch {
  readonly isStopped: () => boolean;
  /** Told often: how many entries and items were looked at, of how many. */
  readonly onProgress: (checked: number, total: number) => void;
}

/**
 * Checks the whole history against its chain: every journal entry, and for every operation what it was asked to do, its
 * state, and all of its items. Answers null when it is stopped. The caller holds a transaction open, so that everything
 * is of the same moment.
 */
export function checkHistory(db: Db, watch: CheckWatch): Omit<Verification, 'at' | 'tookMs'> | null {
  const problems: HistoryProblem[] = [];
  let hasMoreProblems = false;
  const note = (problem: HistoryProblem): void => {
    if (problems.length < maxProblems) problems.push(problem);
    else hasMoreProblems = true;
  };
  const operations = createOperationChecks(db, note);
  // Where even this cannot be read, what is checked below says so.
  const total = tryToRead(() => amountToCheck(db)) ?? 0;
  let items = 0;
  let checked = 0;

  const walk = walkJournal(db);
  let step = walk.next();
  try {
    for (; !step.done; step = walk.next()) {
      if (watch.isStopped()) return null;
      const { seq, row, isSound, problem } = step.value;
      const operationId = row && isId(row.operationId) ? row.operationId : null;
      if (problem !== null) note({ ...nowhere, kind: 'entry', operationId, entrySeq: seq, message: problem });
      if (operationId !== null && isSound && row) {
        const count = operations.entry(operationId, row);
        items += count;
        checked += count;
      } else if (operationId !== null) operations.distrust(operationId);
      checked += 1;
      watch.onProgress(Math.min(checked, total), total);
    }
  } finally {
    // Lets go of the statement that is being read, however this ends.
    walk.return(step.done ? step.value : nothing);
  }
  const { entries, lastSeq, head, problem } = step.value;
  if (problem !== null)
    note({ ...nowhere, kind: 'end', entrySeq: lastSeq > 0 ? lastSeq : null, message: problem });
  for (const _ of operations.rest()) if (watch.isStopped()) return null;
  watch.onProgress(total, total);
  return { entries, items, head, problems, hasMoreProblems };
}

const nothing = { entries: 0, lastSeq: 0, head: noHash, problem: null };
const nowhere = { operationId: null, entrySeq: null, fromSeq: null, toSeq: null };

function isId(value: number | null): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function amountToCheck(db: Db): number {
  const found = get<{ amount: number }>(
    db,
    sql`SELECT coalesce((SELECT count FROM journal_head), 0)
      + coalesce((SELECT sum(min(next_seq - 1, last_seq)) FROM operations WHERE state <> 'draft' AND cleaned_at IS NULL), 0) AS amount`,
  );
  return Math.max(0, found?.amount ?? 0);
}
