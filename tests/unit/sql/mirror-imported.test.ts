import { expect, it } from 'vitest';
import { listConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import { listStale } from '../../../src-main/sql/mirror/pull.ts';
import { listRemotes, removeRemote } from '../../../src-main/sql/mirror/remotes.ts';
import { insertTickets, makeTicket } from '../../builders/tickets.ts';
import { applyChange, nowMs } from '../../builders/told-changes.ts';
import { all, gone, theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, tell, states, decide } = setup;

/** The number of the record that an import brings, of the remote's, though the copy does not know it. */
const imported = 77;

function bring(key: string): void {
  insertTickets(setup.db, [makeTicket(imported, { external_id: key, source: 'desk', category: 'File' })]);
}

function change(): number {
  return applyChange(setup.db, { ids: [imported], values: { category: 'Mine' }, limit: 100, remotes: [] });
}

function live(): unknown[] {
  return setup.db
    .prepare('SELECT id, category FROM tickets WHERE deleted_at IS NULL ORDER BY id')
    .raw()
    .all();
}

it('is read again when the remote refuses a change of it', () => {
  pull([theirs(1)]);
  bring('9');
  tell(change(), { state: 'refused' });
  expect(listStale(setup.db, { ...setup.mirror, after: '', limit: 9 })).toEqual(['9']);
});

it('is decided where it was deleted there before', () => {
  pull([theirs(1), theirs(2)]);
  pull([gone(2, 2)]);
  bring('2');
  const id = change();
  tell(id, { state: 'conflict', theirs: gone(2, 2) });
  expect(listConflicts(setup.db, { operationId: id, ...all })).toMatchObject({
    total: 1,
    conflicts: [{ recordId: imported }],
  });
  decide('theirs', { operationId: id });
  expect(live()).toEqual([[1, null]]);
});

it('takes the place of the one that was deleted, when that comes back', () => {
  pull([theirs(1), theirs(2)]);
  pull([gone(2, 2)]);
  bring('2');
  expect(pull([theirs(2, 3, { category: 'Theirs' })])).toMatchObject({ changed: 1, refused: 0 });
  expect(pull([theirs(2, 4, { category: 'Later' })])).toMatchObject({ changed: 1, refused: 0 });
  expect(live()).toEqual([
    [1, null],
    [imported, 'Later'],
  ]);
});

it('is met when it comes while a change of it waits', () => {
  pull([theirs(1)]);
  bring('2');
  const id = change();
  pull([theirs(2, 4, { category: 'Theirs' })]);
  expect([states(id), live()]).toEqual([
    ['conflict'],
    [
      [1, null],
      [imported, 'Mine'],
    ],
  ]);
});

it('is told of at the version that it has there, where a walk finds it as it was', () => {
  bring('2');
  const id = change();
  pull([theirs(2, 4, { category: 'File' })]);
  expect([states(id), live()]).toEqual([['waiting'], [[imported, 'Mine']]]);
  expect(tell(id, { version: 5 })).toEqual([4]);
});

it('is counted with its remote, which stays while it waits and while it is kept, whatever the capitals of its source', () => {
  pull([theirs(1)]);
  bring('2');
  const id = change();
  const remove = () => removeRemote(setup.db, { id: setup.mirror.remoteId, actor: 'mina', nowMs });
  expect(listRemotes(setup.db)).toMatchObject([{ waiting: 1, kept: 0 }]);
  expect(remove).toThrow('1 change of its records is still to be sent');
  pull([theirs(2, 4, { category: 'Theirs' })]);
  decide('mine', { operationId: id });
  expect(listRemotes(setup.db)).toMatchObject([{ waiting: 0, kept: 1 }]);
  expect(remove).toThrow('1 change of its records is still to be sent');
});
