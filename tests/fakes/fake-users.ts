import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { User } from '../../src-shared/domain/user.ts';
import type { Answers, FakeWorld } from './fake-world.ts';

/** What a fake console answers about who may use it. */
export function fakeUserAnswers(world: FakeWorld): Answers {
  const users = new Map<number, User>();
  const entry = (id: number) => {
    const user = users.get(id);
    if (!user) throw new BulkheadError('not_found', 'There is nobody of that name.');
    return user;
  };
  const told = () => world.events.tell({ name: 'users.changed', payload: {} });
  const keyOf = (user: User) => `key-${user.id}-${'x'.repeat(36)}`;
  return {
    'users.list': () => ({ users: [...users.values()].sort((a, b) => a.name.localeCompare(b.name)) }),
    'users.save': ({ id, name, role }) => {
      if (id === undefined && [...users.values()].some((user) => user.name === name))
        throw new BulkheadError('name_taken', `There is a ${name} already. Nothing was saved.`);
      const user: User =
        id === undefined
          ? { id: users.size + 1, name, role, createdAt: world.nowMs, tokenAt: world.nowMs }
          : { ...entry(id), role };
      users.set(user.id, user);
      told();
      return { user, token: id === undefined ? keyOf(user) : null };
    },
    'users.new_token': ({ id }) => {
      told();
      return { user: entry(id), token: keyOf(entry(id)) };
    },
    'users.remove': ({ id }) => {
      users.delete(entry(id).id);
      told();
      return {};
    },
  };
}
