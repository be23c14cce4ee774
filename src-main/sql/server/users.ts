import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Role, User } from '../../../src-shared/domain/user.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { Db } from '../open.ts';
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

/** Throws `name_taken`. */
export function insertUser(db: Db, args: { name: string; role: Role; hash: string; nowMs: number }): User {
  const { name, role, hash, nowMs } = args;
  try {
    run(
      db,
      sql`INSERT INTO users (name, role, token_hash, created_at, token_at) VALUES (${name}, ${role}, ${hash}, ${nowMs}, ${nowMs})`,
    );
  } catch (error) {
    if (errorCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
    throw new BulkheadError('name_taken', `There is a user called "${name}" already. Nothing was saved.`);
  }
  const user = findUserByToken(db, { hash });
  if (!user) throw new Error('the user that was added is not there');
  return user;
}

/** Gives a user another role. The name stays: the history knows people by it. Throws `not_found` and `invalid_request`. */
export function changeUser(db: Db, args: { id: number; name: string; role: Role }): User {
  const { id, name, role } = args;
  const before = getUser(db, id);
  if (before.name !== name)
    throw new BulkheadError(
      'invalid_request',
      `"${before.name}" cannot be renamed: the history knows people by their names. Nothing was saved.`,
    );
  run(db, sql`UPDATE users SET role = ${role} WHERE id = ${id}`);
  return { ...before, role };
}

/** Throws `not_found`. */
export function changeToken(db: Db, args: { id: number; hash: string; nowMs: number }): User {
  run(db, sql`UPDATE users SET token_hash = ${args.hash}, token_at = ${args.nowMs} WHERE id = ${args.id}`);
  return getUser(db, args.id);
}

/** Throws `not_found`. */
export function deleteUser(db: Db, args: { id: number }): void {
  if (run(db, sql`DELETE FROM users WHERE id = ${args.id}`) === 0) throw missing(args.id);
}

function getUser(db: Db, id: number): User {
  const user = get<User>(db, sql`SELECT ${columns} FROM users WHERE id = ${id}`);
  if (!user) throw missing(id);
  return user;
}

function missing(id: number): BulkheadError {
  return new BulkheadError('not_found', `There is no user ${id}. Nothing was changed.`);
}
