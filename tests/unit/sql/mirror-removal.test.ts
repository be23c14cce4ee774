import { expect, it } from 'vitest';
import { listRemotes, removeRemote } from '../../../src-main/sql/mirror/remotes.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here, change, exchange, tell } = setup;

it('a remote that is being removed is told of what changes until it is gone', () => {
  pull([theirs(1), theirs(2), theirs(3)]);
  const forget = (limit: number) => removeRemote(setup.db, { id: setup.mirror.remoteId, limit, nowMs });
  expect([forget(0), forget(1)]).toEqual([false, false]);
  const id = change('Mine', [1]);
  expect(() => forget(1)).toThrow('still to be told');
  tell(id, {});
  expect(forget(100)).toBe(true);
  expect(exchange([change('Later', [2])])).toMatchObject({ batches: [] });
});

it('a remote is not forgotten while something waits; its records stay', () => {
  pull([theirs(1), theirs(2)]);
  const id = change('Mine', [1]);
  expect(() => removeRemote(setup.db, { id: setup.mirror.remoteId, limit: 1, nowMs })).toThrow(
    'still to be told',
  );
  tell(id, { version: 2 });
  const rounds = [1, 2, 3].map(() => removeRemote(setup.db, { id: setup.mirror.remoteId, limit: 1, nowMs }));
  expect(rounds).toEqual([false, false, true]);
  expect([here(1)?.category, listRemotes(setup.db)]).toEqual(['Mine', []]);
});
