import sql, { raw, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import { CollectionName } from '../../../src-shared/collections/index.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Mirror, Remote } from '../../../src-shared/domain/remote.ts';
import type { Db } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { unfinished } from '../operations/operations.ts';
import { allTables } from '../records/table.ts';
import { all, get, run } from '../statement.ts';

/** A remote as far as the database knows it. */
export interface StoredRemote
  extends Pick<
    Remote,
    'id' | 'name' | 'address' | 'user' | 'role' | 'isOffline' | 'waiting' | 'conflicts' | 'createdAt'
  > {
  /** Which workspace it said that it serves; null where it said nothing of the kind. */
  readonly workspace: string | null;
  /** Changes of its records that are kept after a conflict and were not made again yet. */
  readonly kept: number;
  readonly mirrors: readonly (Pick<Mirror, 'collection' | 'pulledAt'> & { readonly refused: number })[];
  /** When somebody else than before signed in there last. */
  readonly keysSinceAt: number | null;
  /** A pause that it asked for, until when and for how long. */
  readonly paused: Paused | null;
}

const Paused = z.object({ untilAt: z.number(), waitMs: z.number() });
type Paused = z.infer<typeof Paused>;

interface RemoteRow extends Omit<StoredRemote, 'isOffline' | 'mirrors' | 'paused'> {
  readonly isOffline: number;
  readonly paused: string | null;
}

/** True for a remote `r` that was not removed: one without mirrors is none any more, and is only to be forgotten. */
export const isInUse = sql`EXISTS (SELECT 1 FROM mirrors m WHERE m.remote_id = r.id)`;

/** Of a remote `r`: deliveries that wait, conflicts to be decided, and changes kept to be made again. */
const waiting = sql`(SELECT count(*) FROM deliveries d INDEXED BY deliveries_open
  WHERE d.settled_at IS NULL AND d.remote = r.name)`;
const conflicts = sql`(SELECT count(*) FROM conflicts c WHERE c.remote_id = r.id)`;
const kept = sql`(SELECT count(*) FROM kept_changes k CROSS JOIN deliveries d ON d.operation_id = k.operation_id AND d.seq = k.seq
  WHERE d.remote = r.name)`;

/** All remotes that are in use, by name. */
export function listRemotes(db: Db): StoredRemote[] {
  const rows = all<RemoteRow>(
    db,
    sql`SELECT r.id, r.name, r.address, r.user, r.role, r.workspace, r.is_offline AS isOffline, r.paused, r.created_at AS createdAt,
        ${waiting} AS waiting, ${conflicts} AS conflicts, ${kept} AS kept,
        (SELECT max(j.at) FROM journal j WHERE j.operation_id IS NULL AND j.event = 'remote_user_changed' AND j.detail ->> '$.name' = r.name) AS keysSinceAt
      FROM remotes r WHERE ${isInUse} ORDER BY r.name`,
  );
  return rows.map((row) => ({
    ...row,
    isOffline: row.isOffline === 1,
    paused: row.paused === null ? null : Paused.parse(JSON.parse(row.paused)),
    mirrors: listMirrors(db, row),
  }));
}

function listMirrors(db: Db, { id }: { id: number }): StoredRemote['mirrors'] {
  const rows = all<{ collection: string; pulledAt: number | null; refused: number }>(
    db,
    sql`SELECT collection, pulled_at AS pulledAt,
        (SELECT count(*) FROM refused_records r WHERE r.remote_id = m.remote_id AND r.collection = m.collection) AS refused
      FROM mirrors m WHERE remote_id = ${id}`,
  );
  return rows.map((row) => ({ ...row, collection: CollectionName.parse(row.collection) }));
}

/** How many records of a remote are here; walks over all of them. */
export function countMirrored(
  db: Db,
  { collection, name }: { collection: CollectionName; name: string },
): number {
  const counted = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM ${raw(collection)} WHERE source = ${name} AND deleted_at IS NULL`,
  );
  return counted?.count ?? 0;
}

/** Where the records of an import come from, by its `input`: of a file with a mapping, or of rows. NULL for samples. */
function sourceIn(input: Sql): Sql {
  return sql`coalesce(${input} ->> '$.mapping.source', ${input} ->> '$.source')`;
}

/**
 * What an import with this input creates would be taken for a remote's own, and changes of it told to the remote, though it
 * may be other records that only have the same numbers. Throws `name_taken` where its source is a remote.
 */
export function assertNoRemotesRecords(db: Db, input: unknown): void {
  const remote = get<{ name: string }>(
    db,
    sql`SELECT r.name FROM remotes r WHERE ${isInUse} AND r.name = ${sourceIn(sql`${JSON.stringify(input)}`)} COLLATE NOCASE`,
  );
  if (!remote) return;
  throw new BulkheadError(
    'name_taken',
    `"${remote.name}" is a remote: records with that source come from it. Nothing was planned.`,
  );
}

/**
 * Records of this source would be taken for its own, and changes of them told to it, though they may be others that only
 * have the same numbers. Those are its own that the same workspace left here when it was removed, or, where one of the two
 * did not say which it is, a remote at the same address.
 */
function assertNoForeignRecords(
  db: Db,
  { name, address, workspace }: { name: string; address: string; workspace: string | null },
): void {
  const wasHere = get(
    db,
    sql`SELECT 1 FROM journal WHERE operation_id IS NULL AND event = 'remote_removed'
      AND detail ->> '$.name' = ${name}
      AND coalesce(detail ->> '$.workspace' = ${workspace}, rtrim(detail ->> '$.address', '/') = rtrim(${address}, '/') COLLATE NOCASE)`,
  );
  const isSource = allTables.some((table) =>
    get(db, sql`SELECT 1 FROM ${raw(table.name)} WHERE source = ${name} LIMIT 1`),
  );
  // What is planned comes in later.
  const planned = get(
    db,
    sql`SELECT 1 FROM operations WHERE action = 'import' AND state IN ${unfinished}
      AND ${sourceIn(raw('input'))} = ${name} COLLATE NOCASE`,
  );
  if (planned)
    throw new BulkheadError('name_taken', `There is an import under way whose source is "${name}".`);
  if (!isSource || wasHere) return;
  throw new BulkheadError(
    'name_taken',
    `There are records in this workspace whose source is "${name}" and that are not known to be this remote's.`,
  );
}

/** Notes a remote and its mirrors, still empty. Throws `name_taken`. */
export function insertRemote(
  db: Db,
  args: {
    name: string;
    address: string;
    user: string;
    role: string;
    workspace: string | null;
    collections: readonly CollectionName[];
    actor: string;
    nowMs: number;
  },
): number {
  const { name, address, user, role, workspace, actor, nowMs } = args;
  return db
    .transaction(() => {
      const taken = get(db, sql`SELECT 1 FROM remotes WHERE name = ${name}`);
      if (taken) throw new BulkheadError('name_taken', `There is a remote "${name}" already.`);
      assertNoForeignRecords(db, args);
      const made = get<{ id: number }>(
        db,
        sql`INSERT INTO remotes (name, address, user, role, workspace, created_at)
          VALUES (${name}, ${address}, ${user}, ${role}, ${workspace}, ${nowMs}) RETURNING id`,
      );
      if (!made) throw new Error('a remote was not stored');
      for (const collection of new Set(args.collections))
        run(db, sql`INSERT INTO mirrors (remote_id, collection) VALUES (${made.id}, ${collection})`);
      const detail = { name, address };
      appendJournal(db, { operationId: null, at: nowMs, event: 'remote_added', actor, detail });
      return made.id;
    })
    .immediate();
}

/**
 * Notes the address of a remote and who the console is there now; a pause that it asked for is over. A remote that does
 * not say any more which workspace it serves is held to what it said before. A change of the address or of the user is
 * journaled, because a remote keeps the keys of each user apart. Answers whether the user is a different one.
 */
export function signInRemote(
  db: Db,
  args: {
    id: number;
    address: string;
    user: string;
    role: string;
    workspace: string | null;
    actor: string;
    nowMs: number;
  },
): boolean {
  const { id, address, user, role, workspace, actor, nowMs } = args;
  const signIn = db.transaction(() => {
    const before = get<{ name: string; address: string; user: string }>(
      db,
      sql`SELECT name, address, user FROM remotes WHERE id = ${id}`,
    );
    if (!before) return false;
    run(
      db,
      sql`UPDATE remotes SET address = ${address}, user = ${user}, role = ${role}, workspace = coalesce(${workspace}, workspace), paused = NULL
        WHERE id = ${id}`,
    );
    if (before.address !== address) {
      const detail = { name: before.name, from: before.address, to: address };
      appendJournal(db, { operationId: null, at: nowMs, event: 'remote_moved', actor, detail });
    }
    if (before.user === user) return false;
    const detail = { name: before.name, from: before.user, to: user };
    appendJournal(db, { operationId: null, at: nowMs, event: 'remote_user_changed', actor, detail });
    return true;
  });
  return signIn.immediate();
}

/** Notes whether nothing is to be asked of a remote, or for how long it asked for that itself. */
export function updateRemote(
  db: Db,
  args: { id: number; isOffline?: boolean; paused?: Paused | null },
): void {
  if (args.isOffline !== undefined)
    run(db, sql`UPDATE remotes SET is_offline = ${Number(args.isOffline)} WHERE id = ${args.id}`);
  if (args.paused !== undefined) {
    const paused = args.paused === null ? null : JSON.stringify(args.paused);
    run(db, sql`UPDATE remotes SET paused = ${paused} WHERE id = ${args.id}`);
  }
}

/**
 * Removes a remote: from now on nothing is pulled, and changes of its records get no deliveries. They stay as records
 * of the workspace. Throws `wrong_state` while anything waits for it, including changes that are kept after a conflict.
 */
export function removeRemote(
  db: Db,
  { id, actor, nowMs }: { id: number; actor: string; nowMs: number },
): void {
  db.transaction(() => {
    const remote = get<{ name: string; address: string; workspace: string | null; left: number }>(
      db,
      sql`SELECT r.name, r.address, r.workspace, ${waiting} + ${conflicts} + ${kept} AS left FROM remotes r
        WHERE r.id = ${id} AND ${isInUse}`,
    );
    if (!remote) return;
    const { left, ...detail } = remote;
    if (left > 0) {
      throw new BulkheadError(
        'wrong_state',
        `"${detail.name}" was not removed: ${countOf(left, 'change of its records is', 'changes of its records are')} still to be sent, decided or made again.`,
      );
    }
    run(db, sql`DELETE FROM mirrors WHERE remote_id = ${id}`);
    appendJournal(db, { operationId: null, at: nowMs, event: 'remote_removed', actor, detail });
  }).immediate();
}

/** Forgets what is left of remotes that were removed, up to `limit` records of their mirrors; answers whether that was all. */
export function forgetRemoved(db: Db, { limit }: { limit: number }): boolean {
  return db
    .transaction(() => {
      const remote = get<{ id: number }>(db, sql`SELECT r.id FROM remotes r WHERE NOT ${isInUse} LIMIT 1`);
      if (!remote) return true;
      const removed = run(
        db,
        sql`DELETE FROM mirror_records WHERE remote_id = ${remote.id} AND (collection, key) IN
          (SELECT collection, key FROM mirror_records WHERE remote_id = ${remote.id} LIMIT ${limit})`,
      );
      if (removed === limit) return false;
      run(db, sql`DELETE FROM refused_records WHERE remote_id = ${remote.id}`);
      run(db, sql`DELETE FROM remotes WHERE id = ${remote.id}`);
      return false;
    })
    .immediate();
}
