import { expect, it } from 'vitest';
import {
  forgetRemoved,
  listRemotes,
  removeRemote,
  signInRemote,
} from '../../../src-main/sql/mirror/remotes.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { theirs, useMirror } from './mirror-setup.ts';

const setup = useMirror();
const { pull, here, change, exchange, tell } = setup;

it('a remote that is being removed is told of nothing more, whoever names it', () => {
  pull([theirs(1), theirs(2), theirs(3)]);
  removeRemote(setup.db, { id: setup.mirror.remoteId, nowMs });
  for (const names of [[], ['Desk']])
    expect(exchange([change(`Mine ${names.length}`, [1], names)])).toMatchObject({ batches: [] });
});

it('a remote is not forgotten while something waits; its records stay', () => {
  pull([theirs(1), theirs(2)]);
  const id = change('Mine', [1]);
  const remove = () => removeRemote(setup.db, { id: setup.mirror.remoteId, nowMs });
  expect(remove).toThrow('still to be told');
  expect(forgetRemoved(setup.db, { limit: 1 })).toBe(true);
  tell(id, { version: 2 });
  remove();
  remove();
  expect([here(1)?.category, listRemotes(setup.db)]).toEqual(['Mine', []]);
  const rounds = [1, 2, 3, 4].map(() => forgetRemoved(setup.db, { limit: 1 }));
  expect(rounds).toEqual([false, false, false, true]);
  const left = (table: string) => setup.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  expect([left('mirror_records'), left('remotes'), left('tickets')]).toEqual([0, 0, 2]);
});

it('a remote is known to have been told by somebody else when another user signs in', () => {
  const { remoteId: id } = setup.mirror;
  const signIn = (user: string, at: number) => signInRemote(setup.db, { id, user, role: 'agent', nowMs: at });
  signIn('mina', nowMs + 1);
  expect(listRemotes(setup.db)).toMatchObject([{ user: 'mina', keysSinceAt: null }]);
  signIn('omar', nowMs + 2);
  signIn('omar', nowMs + 3);
  expect(listRemotes(setup.db)).toMatchObject([{ user: 'omar', keysSinceAt: nowMs + 2 }]);
});
