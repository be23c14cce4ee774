import { createHash, randomBytes } from 'node:crypto';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { userRequests } from '../../src-shared/contract/users.ts';
import { lowerAscii } from '../../src-shared/domain/condition.ts';
import type { Role, User } from '../../src-shared/domain/user.ts';
import type { Clock } from '../platform/clock.ts';
import { toBulkheadError } from '../platform/coded-error.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import type { Caller } from './caller.ts';

/** What a token has to look like to be looked up at all. */
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

interface UserPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly emit: (event: ConsoleEvent) => void;
  /** The name of whoever runs the console: no user, and always an admin. */
  readonly owner: string;
}

export function usersApi({ store, clock, emit, owner }: UserPorts): ApiOf<typeof userRequests> {
  async function told<T>(change: Promise<T>): Promise<T> {
    const tell = () => emit({ name: 'users.changed', payload: {} });
    try {
      const changed = await change;
      tell();
      return changed;
    } catch (error) {
      // It may have been carried out: whoever is connected with rights that are none any more is looked at.
      if (toBulkheadError(error).code === 'worker_lost') tell();
      throw error;
    }
  }

  async function add(name: string, role: Role, actor: string): Promise<{ user: User; token: string }> {
    if (isSameName(name, owner))
      throw new BulkheadError(
        'name_taken',
        `"${name}" runs this console and has a key already. Nothing was saved.`,
      );
    const { token, hash } = newToken();
    const user = await told(store.write('insertUser', { name, role, hash, actor, nowMs: clock.now() }));
    return { user, token };
  }

  return {
    'users.list': async () => ({ users: await store.read('listUsers') }),
    'users.save': async ({ id, name, role }, { actor }) => {
      if (id === undefined) return add(name, role, actor);
      const user = await told(store.write('changeUser', { id, name, role, actor, nowMs: clock.now() }));
      return { user, token: null };
    },
    'users.new_token': async ({ id }, { actor }) => {
      const { token, hash } = newToken();
      return { user: await told(store.write('changeToken', { id, hash, actor, nowMs: clock.now() })), token };
    },
    'users.remove': async ({ id }, { actor }) => {
      await told(store.write('deleteUser', { id, actor, nowMs: clock.now() }));
      return {};
    },
  };
}

/**
 * Who holds a token, or null. It is looked up by its hash, so the time taken says nothing about the token. A user with
 * the name of whoever runs the console now is nobody: they would share a history.
 */
export async function findCaller(
  store: Pick<Store, 'read'>,
  owner: string,
  client: string,
  token: string,
): Promise<Caller | null> {
  return tokenShape.test(token) ? holderOf(store, owner, client, hashOf(token)) : null;
}

/**
 * Somebody who was let in a while ago, with the rights of now. Throws `forbidden` for a user who was removed or given
 * another key meanwhile: what is begun from then on is not done in that name.
 */
export async function asOfNow(store: Pick<Store, 'read'>, owner: string, caller: Caller): Promise<Caller> {
  if (caller.keyHash === undefined) return caller;
  const holder = await holderOf(store, owner, caller.client, caller.keyHash);
  if (holder) return holder;
  throw new BulkheadError(
    'forbidden',
    `${caller.actor} is no user of this console any more, or has another key by now. Nothing was changed.`,
  );
}

async function holderOf(
  store: Pick<Store, 'read'>,
  owner: string,
  client: string,
  keyHash: string,
): Promise<Caller | null> {
  const user = await store.read('findUserByToken', { hash: keyHash });
  return user && !isSameName(user.name, owner)
    ? { client, actor: user.name, role: user.role, keyHash }
    : null;
}

/** 256 random bits. */
function newToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOf(token) };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isSameName(a: string, b: string): boolean {
  return lowerAscii(a) === lowerAscii(b);
}
