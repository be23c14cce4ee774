import { afterEach, beforeEach } from 'vitest';
import type { ExchangeAnswer } from '../../../src-main/sql/delivery/delivery-exchange.ts';
import type { Settlement } from '../../../src-main/sql/delivery/settling.ts';
import { type SettledSlice, settleConflicts } from '../../../src-main/sql/mirror/conflicts.ts';
import type { MirrorRef } from '../../../src-main/sql/mirror/incoming.ts';
import { applyPage, getMirrorState, type PageOutcome } from '../../../src-main/sql/mirror/pull.ts';
import { insertRemote } from '../../../src-main/sql/mirror/remotes.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import type { ConflictChoice } from '../../../src-shared/contract/remotes.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { applyChange, exchangeFor, nowMs, settle } from '../../builders/told-changes.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

interface Here {
  readonly key: string;
  readonly category: string | null;
  readonly status: string;
  readonly assignee: string | null;
  readonly isDeleted: number;
  readonly version: number;
}

type Outcome = Partial<Pick<Settlement, 'state' | 'version' | 'theirs' | 'doubtAt' | 'code'>>;

/** A workspace's database that holds a copy of the tickets of the remote Desk. */
export interface MirrorSetup {
  readonly db: Db;
  readonly mirror: MirrorRef;
  /** A page of what changed there comes in. */
  pull(records: readonly RemoteRecord[], isEnd?: boolean): PageOutcome;
  /** The record with this key, as it stands here. */
  here(key: number): Here | undefined;
  /** Sets a category here, of all records or of these keys, and has it to be told; also to remotes that are named. */
  change(category: string | null, keys?: readonly number[], remotes?: readonly string[]): number;
  exchange(ids: readonly number[], settlements?: readonly Settlement[], lanes?: number): ExchangeAnswer;
  /** Sends what an operation has to tell and settles all of it alike. */
  tell(id: number, outcome: Outcome | ((key: string) => Outcome)): (number | null)[];
  /** Decides conflicts, all of the remote's or those that are named. */
  decide(keep: 'mine' | 'theirs', which?: ConflictChoice): SettledSlice;
  /** What has become of what an operation has to tell. */
  states(id: number): string[];
}

/** Every conflict in one page. */
export const all = { after: 0, limit: 100 };

/** A record there, and one that was deleted there. */
export function theirs(key: number, version = 1, fields: RemoteRecord['fields'] = {}): RemoteRecord {
  const times = { createdAt: 10, updatedAt: 10 + version };
  const made = {
    subject: `Ticket ${key}`,
    description: '',
    status: 'open',
    priority: 'low',
    category: null,
  };
  return { key: String(key), version, isDeleted: false, fields: { ...made, ...times, ...fields } };
}

export function gone(key: number, version: number): RemoteRecord {
  return { key: String(key), version, isDeleted: true, fields: {} };
}

/** A new database for each test of a file. */
export function useMirror(): MirrorSetup {
  let folder: string;
  let db: Db;
  let mirror: MirrorRef;
  let cursors = 0;

  beforeEach(() => {
    folder = makeFolder();
    db = openWriter(`${folder}/bulkhead.db`);
    const collections = ['tickets'] as const;
    const who = { user: 'mina', role: 'agent', workspace: null, actor: 'mina' };
    const remote = { name: 'Desk', address: 'http://desk', ...who, collections, nowMs };
    mirror = { remoteId: insertRemote(db, remote), name: 'Desk', collection: 'tickets' };
  });
  afterEach(() => {
    db.close();
    removeFolder(folder);
  });

  function pull(records: readonly RemoteRecord[], isEnd = true): PageOutcome {
    const at = getMirrorState(db, mirror);
    cursors += 1;
    return applyPage(db, { ...mirror, at, page: { records, cursor: `c${cursors}`, isEnd }, nowMs });
  }

  function here(key: number): Here | undefined {
    return db
      .prepare(
        `SELECT external_id AS key, category, status, assignee, deleted_at IS NOT NULL AS isDeleted, version FROM tickets
          WHERE source = 'Desk' AND external_id = ?`,
      )
      .get(String(key)) as Here | undefined;
  }

  function change(
    category: string | null,
    keys?: readonly number[],
    remotes: readonly string[] = [],
  ): number {
    const all = db.prepare('SELECT id, external_id AS key FROM tickets ORDER BY id').all() as {
      id: number;
      key: string;
    }[];
    const ids = all.filter(({ key }) => !keys || keys.includes(Number(key))).map(({ id }) => id);
    return applyChange(db, { ids, values: { category }, limit: 100, remotes });
  }

  function exchange(
    ids: readonly number[],
    settlements: readonly Settlement[] = [],
    lanes = 8,
  ): ExchangeAnswer {
    return exchangeFor(db, ids, { remote: 'Desk', lanes, batchMax: 100, isIdle: true, settlements });
  }

  function tell(id: number, outcome: Outcome | ((key: string) => Outcome)): (number | null)[] {
    const [batch] = exchange([id]).batches;
    exchange([id], settle(batch, outcome), 0);
    return (batch?.deliveries ?? []).map(({ version }) => version);
  }

  function decide(
    keep: 'mine' | 'theirs',
    which: ConflictChoice = { remoteId: mirror.remoteId },
  ): SettledSlice {
    return settleConflicts(db, { which, keep, ...all, actor: 'mina', nowMs });
  }

  function states(id: number): string[] {
    return db
      .prepare('SELECT state FROM deliveries WHERE operation_id = ? ORDER BY seq')
      .pluck()
      .all(id) as string[];
  }

  return {
    get db() {
      return db;
    },
    get mirror() {
      return mirror;
    },
    pull,
    here,
    change,
    exchange,
    tell,
    decide,
    states,
  };
}
