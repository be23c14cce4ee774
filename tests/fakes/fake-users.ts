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
  const keyOf = (user: User) => `key-${user.id}-${'x'.repeat(36)}`;
  return {
    'users.list': () => ({ users: [...users.values()].sort((a, b) => a.name.localeCompare(b.name)) }),
    'users.save': ({ id = users.size + 1, name, role }) => {
      if ([...users.values()].some((user) => user.name === name))
        throw new BulkheadError('name_taken', `There is a ${name} already. Nothing was saved.`);
      const user = { id, name, role, createdAt: world.nowMs, tokenAt: world.nowMs };
      users.set(id, user);
      return { user, token: keyOf(user) };
    },
    'users.new_token': ({ id }) => ({ user: entry(id), token: keyOf(entry(id)) }),
    'users.remove': ({ id }) => {
      users.delete(entry(id).id);
      return {};
    },
  };
}
