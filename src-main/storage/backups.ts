import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { BackupFailure } from '../../src-shared/contract/storage.ts';
import type { Backup } from '../../src-shared/domain/backup.ts';
import { countsOf, type Operation } from '../../src-shared/domain/operation.ts';
import type { Clock } from '../platform/clock.ts';
import { toBulkheadError } from '../platform/coded-error.ts';
import { assertFreeSpace } from '../platform/disk.ts';
import type { Store } from '../store/store.ts';
import type { Job } from '../workers/job.ts';
import {
  type BackupFile,
  backupsFolder,
  isAhead,
  isAutomatic,
  listBackups,
  surplusOf,
  toBackup,
} from './backup-files.ts';
import { startBackupJob } from './backup-job.ts';

/** An operation that did so much is followed by a backup. */
const largeOperation = 10_000;
/** Nothing happened for so long: the next operation is not about to start. */
const quietMs = 5_000;
/** After the start, so that the window comes first. */
const firstAfterMs = 60_000;
/** How often it is looked whether a new day has begun, and how soon after a failure it is tried again. */
const lookEveryMs = 3_600_000;

/** Verified copies of the database in the workspace's `backups` folder. */
export interface Backups {
  readonly folder: string;
  /** Latest first. */
  list(): Backup[];
  /** The error of the latest automatic backup, if it failed and none has been made since. */
  failure(): BackupFailure | null;
  /** Throws `not_enough_space`, `workspace_damaged`. */
  create(): Promise<Backup>;
  /**
   * Replaces the database by the named backup, or the `latest`, after making a backup of it, and resumes the operations
   * in it. `actor` is recorded as the one who asked. Throws `wrong_state` while operations run or wait, `not_found`,
   * `backup_damaged`, `not_enough_space`, `storage_busy`.
   */
  restore(name: string, actor: string): Promise<void>;
  /** Makes backups by itself from now on: after large operations and once a day, whenever nothing runs. */
  open(): void;
  /** To be told of every event: the end of a large operation calls for a backup. */
  note(event: ConsoleEvent): void;
  /** Resolves when no backup is being made any more; one that was is thrown away. */
  stop(): Promise<void>;
}

interface BackupPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly agenda: { after(key: string, waitMs: number, act: () => void): void };
  readonly emit: (event: ConsoleEvent) => void;
  readonly report: (error: unknown, context: string) => void;
  readonly notify: (title: string, body: string) => void;
  /** True while operations run or are about to. */
  readonly isBusy: () => boolean;
  /** True also while one waits for a remote that is away. */
  readonly isUnderWay: () => boolean;
  /** Takes up what a backup that was put in place holds; no other one is before that is done. */
  readonly onRestored: () => Promise<void>;
}

export function createBackups(ports: BackupPorts): Backups {
  const { store, clock, agenda, emit, report } = ports;
  const folder = backupsFolder(store.file);
  let turn: Promise<unknown> = Promise.resolve();
  let job: Job<unknown> | null = null;
  let isStopping = false;
  /** When the latest large operation ended, or after any backup where one was put back: one from before does not hold that. */
  let dueSince = 0;
  let failure: BackupFailure | null = null;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function finished<T>(started: Job<T>): Promise<T> {
    job = started;
    if (isStopping) started.stop();
    try {
      return await started.done;
    } finally {
      job = null;
    }
  }

  async function make(reason: Backup['reason']): Promise<Backup> {
    await assertFreeSpace(dirname(store.file), await databaseBytes(store.file));
    const made = await finished(startBackupJob(store.file, clock.now(), { do: 'make', reason }));
    for (const { path } of surplusOf(listed())) await remove(path);
    tell(null);
    return toBackup(made);
  }

  /** One that another program has open stays, and is tried again with the next. */
  async function remove(path: string): Promise<void> {
    await rm(path, { force: true }).catch((error: unknown) => report(error, 'old backup'));
  }

  async function restore(name: string, actor: string): Promise<void> {
    const backup = find(name);
    assertIdle();
    await assertFreeSpace(dirname(store.file), (await databaseBytes(store.file)) + 2 * backup.bytes);
    let prepared: string | null = null;
    try {
      await store.replace(async () => {
        assertIdle();
        prepared = await finished(startBackupJob(store.file, clock.now(), { do: 'prepare', backup, actor }));
        await make('before_restore');
        return prepared;
      });
    } finally {
      if (prepared !== null) await rm(prepared, { force: true });
    }
    // The newest backup is then of what is there, not of what was left.
    dueSince = Number.POSITIVE_INFINITY;
    look(quietMs);
    await ports.onRestored();
  }

  function listed(): BackupFile[] {
    return listBackups(folder, clock.now());
  }

  function find(name: string): BackupFile {
    const all = listed();
    const found =
      name === 'latest'
        ? all.find(({ reason }) => reason !== 'before_restore')
        : all.find((backup) => backup.name === name);
    if (found) return found;
    const what = name === 'latest' ? 'no backup to restore' : `no backup called ${name}`;
    throw new BulkheadError('not_found', `There is ${what} in ${folder}. Nothing was changed.`);
  }

  function assertIdle(): void {
    if (!ports.isUnderWay()) return;
    throw new BulkheadError(
      'wrong_state',
      'Operations run, or wait for their turn or a remote. Let them end, or cancel them, before restoring. Nothing was changed.',
    );
  }

  function look(afterMs: number): void {
    agenda.after('backup', afterMs, () => {
      void inTurn(makeDue)
        .then(() => (dueSince > 0 || ports.isBusy() ? quietMs : lookEveryMs))
        .catch((error: unknown) => {
          tellFailure(error);
          return lookEveryMs;
        })
        .then(look);
    });
  }

  async function makeDue(): Promise<void> {
    if (isStopping || ports.isBusy()) return;
    const due = dueSince;
    // What ends from here on may not be in the backup, and calls for one of its own.
    dueSince = 0;
    try {
      const known = listed().filter((backup) => !isAhead(backup, clock.now()));
      if (due > (known.find(isAutomatic)?.at ?? 0)) await make('operation');
      else if (await isDailyDue(known[0])) await make('daily');
    } catch (error) {
      dueSince = Math.max(due, dueSince);
      throw error;
    }
  }

  /** A day on which nothing was changed would only push an older state out. */
  async function isDailyDue(newest: Backup | undefined): Promise<boolean> {
    if (!newest) return true;
    return !isSameDay(newest.at, clock.now()) && (await changedAt(store.file)) > newest.at;
  }

  function tellFailure(error: unknown): void {
    if (isStopping) return;
    report(error, 'backup');
    const told = toBulkheadError(error).toDto();
    ports.notify('No backup was made', told.message);
    tell({ at: clock.now(), error: told });
  }

  function tell(outcome: BackupFailure | null): void {
    failure = outcome;
    emit({ name: 'backups.changed', payload: { failure } });
  }

  return {
    folder,
    list: () => listed().map(toBackup),
    failure: () => failure,
    create: () => inTurn(() => make('manual')),
    restore: (name, actor) => inTurn(() => restore(name, actor)),
    open: () => look(firstAfterMs),
    note: ({ name, payload }) => {
      if (name === 'operation.updated' && isLarge(payload.operation))
        dueSince = Math.max(dueSince, payload.operation.endedAt ?? 0);
      if (dueSince > 0) look(quietMs);
    },
    stop: async () => {
      isStopping = true;
      job?.stop();
      await turn;
    },
  };
}

function isLarge({ action, tallies }: Operation): boolean {
  return action !== 'export' && countsOf(tallies).done >= largeOperation;
}

/** What a copy of the database may take. */
async function databaseBytes(file: string): Promise<number> {
  return (await stat(file)).size + (await statLog(file)).size;
}

async function changedAt(file: string): Promise<number> {
  const log = await statLog(file);
  return Math.max((await stat(file)).mtimeMs, log.size > 0 ? log.mtimeMs : 0);
}

/** The log is not there before the first change. */
async function statLog(file: string): Promise<{ size: number; mtimeMs: number }> {
  return stat(`${file}-wal`).catch(() => ({ size: 0, mtimeMs: 0 }));
}

function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
