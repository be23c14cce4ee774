import { expect, it } from 'vitest';
import { markStale } from '../../../src-main/sql/mirror/meet.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, change, exchange, tell } = setup;

/** Which of the records of an operation are told of as what was pulled last, by key. */
function asPulled(id: number): unknown[] {
  const [batch] = exchange([id]).batches;
  return (batch?.deliveries ?? []).map(({ recordKey, isAsPulled }) => [recordKey, isAsPulled]);
}

it('a record is told of as what was pulled last of it while its copy is that', () => {
  pull([theirs(1)]);
  pull([theirs(1, 2, { status: 'solved' })]);
  expect(asPulled(change('Mine'))).toEqual([['1', true]]);
});

it('one of which something newer was pulled than stands here is not', () => {
  pull([1, 2, 3, 4].map((key) => theirs(key)));
  change('In conflict', [2]);
  pull([theirs(2, 2, { status: 'solved' })]);
  // The database takes no such text for a moment.
  expect(pull([theirs(3, 2, { createdAt: 'never' })])).toMatchObject({ refused: 1 });
  markStale(setup.db, { collection: 'tickets', recordId: 4 });
  expect(asPulled(change('Mine'))).toEqual([
    ['1', true],
    ['2', false],
    ['3', false],
    ['4', false],
  ]);
});

it('one that moved on while a request about it may be on its way is not, when that is made again', () => {
  pull([theirs(1), theirs(2)]);
  const id = change('Mine');
  tell(id, { state: 'waiting', doubtAt: nowMs });
  pull([theirs(2, 2, { status: 'solved' })]);
  expect(asPulled(id)).toEqual([
    ['1', true],
    ['2', false],
  ]);
});

it('one that an import brought, and of which nothing was pulled, is not', () => {
  pull([theirs(1)]);
  setup.db.exec('DELETE FROM mirror_records');
  expect(asPulled(change('Mine', undefined, ['Desk']))).toEqual([['1', false]]);
});
