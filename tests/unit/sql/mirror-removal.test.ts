import { expect, it } from 'vitest';
import {
  forgetRemoved,
  insertRemote,
  listRemotes,
  removeRemote,
  signInRemote,
  updateRemote,
} from '../../../src-main/sql/mirror/remotes.ts';
import { nowMs } from '../../builders/told-changes.ts';
import { theirs, useMirror } from './mirror-setup.ts';

const actor = 'ada';
const setup = useMirror();
const { pull, here, change, exchange, tell } = setup;

it('a remote that is being removed is told of nothing more, whoever names it', () => {
  pull([theirs(1), theirs(2), theirs(3)]);
  removeRemote(setup.db, { id: setup.mirror.remoteId, actor, nowMs });
  for (const names of [[], ['Desk']])
    expect(exchange([change(`Mine ${names.length}`, [1], names)])).toMatchObject({ batches: [] });
});

it('a remote is not forgotten while something waits; its records stay', () => {
  pull([theirs(1), theirs(2)]);
  const id = change('Mine', [1]);
  const remove = () => removeRemote(setup.db, { id: setup.mirror.remoteId, actor, nowMs });
  expect(remove).toThrow('still to be sent');
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

const there = { address: 'http://desk', role: 'agent', workspace: null, actor };

it('where a remote has moved to is written down once', () => {
  const { remoteId: id } = setup.mirror;
  const moved = { id, user: 'mina', role: 'agent', address: 'http://desk:81', workspace: 'w1', actor, nowMs };
  expect([signInRemote(setup.db, moved), signInRemote(setup.db, moved)]).toEqual([false, false]);
  signInRemote(setup.db, { ...moved, workspace: null });
  expect(listRemotes(setup.db)).toMatchObject([{ address: 'http://desk:81', workspace: 'w1' }]);
  const events = setup.db.prepare(`SELECT detail FROM journal WHERE event = 'remote_moved'`).pluck().all();
  expect(events).toEqual(['{"name":"Desk","from":"http://desk","to":"http://desk:81","actor":"ada"}']);
});

it('a remote is known to have been told by somebody else when another user signs in', () => {
  const { remoteId: id } = setup.mirror;
  const signIn = (user: string, at: number) => signInRemote(setup.db, { ...there, id, user, nowMs: at });
  signIn('mina', nowMs + 1);
  expect(listRemotes(setup.db)).toMatchObject([{ user: 'mina', keysSinceAt: null }]);
  signIn('omar', nowMs + 2);
  signIn('omar', nowMs + 3);
  expect(listRemotes(setup.db)).toMatchObject([{ user: 'omar', keysSinceAt: nowMs + 2 }]);
});

it('a pause that a remote asked for ends with a new key, also for the next start', () => {
  const { remoteId: id } = setup.mirror;
  updateRemote(setup.db, { id, paused: { untilAt: nowMs + 9, waitMs: 9 } });
  expect(listRemotes(setup.db)).toMatchObject([{ paused: { waitMs: 9 } }]);
  signInRemote(setup.db, { ...there, id, user: 'mina', nowMs });
  expect(listRemotes(setup.db)).toMatchObject([{ paused: null }]);
});

it.each(['http://desk/', 'http://Desk', 'http://desk'])(
  'what a remote left here is its own at %s',
  (address) => {
    pull([theirs(1)]);
    removeRemote(setup.db, { id: setup.mirror.remoteId, actor, nowMs });
    forgetRemoved(setup.db, { limit: 9 });
    forgetRemoved(setup.db, { limit: 9 });
    const collections = ['tickets', 'tickets'] as const;
    const again = { ...there, name: 'Desk', user: 'mina', collections, nowMs };
    expect(() => insertRemote(setup.db, { ...again, address: 'http://desk/other' })).toThrow('not known');
    expect(insertRemote(setup.db, { ...again, address })).toBeGreaterThan(setup.mirror.remoteId);
    // Also where it is named twice, a collection is copied once.
    expect(listRemotes(setup.db)[0]?.mirrors).toHaveLength(1);
  },
);
