import { collectionOf } from '../../../src-shared/collections/index.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { isRedo } from '../../../src-shared/domain/undo-title.ts';

const doneVerbs: Readonly<Record<string, string>> = {
  import: 'imported',
  sample: 'created',
  export: 'exported',
  delete: 'deleted',
  restore: 'restored',
  add_comment: 'commented on',
};

function undoVerb(operation: Operation): string {
  return isRedo(operation) ? 'redone' : 'undone';
}

/** What became of an operation, in sentences: "4,938 tickets changed. 38 left as they were. 12 not changed." */
export function summarySentences(operation: Operation): string[] {
  const counts = countsOf(operation.tallies);
  const { one, many } = collectionOf(operation.collection);
  const verb = operation.undoOf === null ? (doneVerbs[operation.action] ?? 'changed') : undoVerb(operation);
  // Whether a remote took it is another fact.
  const where = operation.delivery ? ' here' : '';
  const sentences: string[] = [];
  const waiting = counts.planned + counts.applying;
  if (waiting > 0) {
    // As on the card: what was skipped when it was planned is not part of the work.
    const work = counts.total - counts.skipped;
    sentences.push(`${formatNumber(work - waiting)} of ${countOf(work, one, many)}${where} so far.`);
  } else {
    sentences.push(`${counts.done === 0 ? `No ${one}` : countOf(counts.done, one, many)} ${verb}${where}.`);
  }
  if (counts.skipped > 0)
    sentences.push(`${countOf(counts.skipped, 'left as it was', 'left as they were')}.`);
  if (counts.failed > 0)
    sentences.push(`${countOf(counts.failed, 'failed and was', 'failed and were')} not ${verb}.`);
  if (counts.unknown > 0) sentences.push(`${formatNumber(counts.unknown)} without an answer yet.`);
  if (counts.cancelled > 0) sentences.push(`${formatNumber(counts.cancelled)} not started.`);
  if (operation.rejected > 0) {
    sentences.push(`${countOf(operation.rejected, 'row', 'rows')} of the file rejected.`);
  }
  return sentences;
}
