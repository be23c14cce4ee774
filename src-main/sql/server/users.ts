import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Role, User } from '../../../src-shared/domain/user.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { Db } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { all, get, run } from '../statement.ts';

const columns = sql`id, name, role, created_at AS createdAt, token_at AS tokenAt`;

/** By name. */
export function listUsers(db: Db): User[] {
  return all<User>(db, sql`SELECT ${columns} FROM users ORDER BY name`);
}

/** The user whose token hashes to this (SHA-256, hex), or null. */
export function findUserByToken(db: Db, args: { hash: string }): User | null {
  return get<User>(db, sql`SELECT ${columns} FROM users WHERE token_hash = ${args.hash}`) ?? null;
}

/** Who may do what is written down with who decided it. */
interface Decided {
  readonly actor: string;
  readonly nowMs: number;
}

/** Throws `name_taken`. */
export function insertUser(db: Db, args: Decided & { name: string; role: Role; hash: string }): User {
  const { name, role, hash, nowMs } = args;
  return db
    .transaction(() => {
      try {
        run(
          db,
          sql`INSERT INTO users (name, role, token_hash, created_at, token_at) VALUES (${name}, ${role}, ${hash}, ${nowMs}, ${nowMs})`,
        );
      } catch (error) {
        if (errorCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
        throw new BulkheadError('name_taken', `There is a user called "${name}" already. Nothing was saved.`);
      }
      assertNoHistory(db, name);
      note(db, args, 'user_added', { name, role });
      const user = findUserByToken(db, { hash });
      if (!user) throw new Error('the user that was added is not there');
      return user;
    })
    .immediate();
}

/** Operations belong to a name: whoever is given that of somebody who was removed would be shown theirs. */
function assertNoHistory(db: Db, name: string): void {
  if (!get(db, sql`SELECT 1 FROM operations WHERE actor = ${name} COLLATE NOCASE LIMIT 1`)) return;
  throw new BulkheadError(
    'name_taken',
    `There are operations of an earlier "${name}" in the history, which whoever has this name would be shown. Nothing was saved.`,
  );
}

/** Gives a user another role. The name stays: the history knows people by it. Throws `not_found` and `invalid_request`. */
export function changeUser(db: Db, args: Decided & { id: number; name: string; role: Role }): User {
  const { id, name, role } = args;
  return db
    .transaction(() => {
      const before = getUser(db, id);
      if (before.name !== name)
        throw new BulkheadError(
          'invalid_request',
          `"${before.name}" cannot be renamed: the history knows people by their names. Nothing was saved.`,
        );
      if (before.role === role) return before;
      run(db, sql`UPDATE users SET role = ${role} WHERE id = ${id}`);
      note(db, args, 'user_role_changed', { name, from: before.role, to: role });
      return { ...before, role };
    })
    .immediate();
}

/** Throws `not_found`. */
export function changeToken(db: Db, args: Decided & { id: number; hash: string }): User {
  const { id, hash, nowMs } = args;
  return db
    .transaction(() => {
      run(db, sql`UPDATE users SET token_hash = ${hash}, token_at = ${nowMs} WHERE id = ${id}`);
      const user = getUser(db, id);
      note(db, args, 'user_key_renewed', { name: user.name });
      return user;
    })
    .immediate();
}

/** Throws `not_found`. */
export function deleteUser(db: Db, args: Decided & { id: number }): void {
  db.transaction(() => {
    const { name, role } = getUser(db, args.id);
    run(db, sql`DELETE FROM users WHERE id = ${args.id}`);
    note(db, args, 'user_removed', { name, role });
  }).immediate();
}

function note(db: Db, { actor, nowMs }: Decided, event: string, detail: Record<string, string>): void {
  appendJournal(db, { operationId: null, at: nowMs, event, actor, detail });
}

function getUser(db: Db, id: number): User {
  const user = get<User>(db, sql`SELECT ${columns} FROM users WHERE id = ${id}`);
  if (!user) throw missing(id);
  return user;
}

function missing(id: number): BulkheadError {
  return new BulkheadError('not_found', `There is no user ${id}. Nothing was changed.`);
}
