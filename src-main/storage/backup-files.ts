import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { Backup } from '../../src-shared/domain/backup.ts';
import { errorCode } from '../platform/error-code.ts';

/** How many are kept of each kind: those made by itself, those asked for, and what stood before a restore. */
const keptPerKind = 5;
/** A clock is corrected by so much all the time. */
const correctedMs = 60_000;

/** A backup with where it lies and the checksum that its bytes had when it was verified. */
export interface BackupFile extends Backup {
  readonly path: string;
  readonly checksum: string;
}

/** The folder beside a database in which its backups lie. */
export function backupsFolder(databaseFile: string): string {
  return join(dirname(databaseFile), 'backups');
}

/** `2026-01-15T12-00-00-123Z.daily.100000.57.1a2b3c4d.db`: when, why, tickets, operations, CRC-32. */
const nameFormat =
  /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)\.([a-z_]+)\.(\d+)\.(\d+)\.([0-9a-f]{8})\.db$/;

/** A backup's name says all there is to say of it, so that nothing else has to be kept in step. */
export function nameBackup(made: Omit<BackupFile, 'name' | 'path' | 'bytes'>): string {
  const moment = new Date(made.at).toISOString().replaceAll(/[:.]/g, '-');
  return [moment, made.reason, made.tickets, made.operations, made.checksum, 'db'].join('.');
}

/** The moment by which a backup is known: now, or the first one after the latest backup. */
export function freeMoment(folder: string, nowMs: number): number {
  const [latest] = listBackups(folder, nowMs);
  return latest && !isAhead(latest, nowMs) ? Math.max(nowMs, latest.at + 1) : nowMs;
}

/** Of a moment that has not come: made while the clock was wrong, nobody knows when. */
export function isAhead({ at }: Pick<Backup, 'at'>, nowMs: number): boolean {
  return at > nowMs + correctedMs;
}

/** The backups in a folder, latest first; those of moments that have not come are last. Throws `storage_error`. */
export function listBackups(folder: string, nowMs: number): BackupFile[] {
  const place = (backup: BackupFile) => Number(isAhead(backup, nowMs));
  return findBackups(folder).toSorted((a, b) => place(a) - place(b) || b.at - a.at);
}

/** The backups in a folder, in no order. Files with other names are none. Throws `storage_error`. */
export function findBackups(folder: string): BackupFile[] {
  if (!existsSync(folder)) return [];
  return namesIn(folder).flatMap((name) => readBackup(folder, name) ?? []);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const message = `The folder of the backups cannot be read: ${folder} (${errorCode(cause)}). Nothing was changed.`;
    throw new BulkheadError('storage_error', message, { cause });
  }
}

function readBackup(folder: string, name: string): BackupFile | null {
  const [, hour = '', minute = '', second = '', milli = '', reason, tickets, operations, checksum = ''] =
    nameFormat.exec(name) ?? [];
  const path = join(folder, name);
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  const backup = Backup.safeParse({
    name,
    at: Date.parse(`${hour}:${minute}:${second}.${milli}`),
    bytes,
    reason,
    tickets: Number(tickets),
    operations: Number(operations),
  });
  return backup.success ? { ...backup.data, path, checksum } : null;
}

/** The backup as the contract has it. */
export function toBackup({ path: _path, checksum: _checksum, ...backup }: BackupFile): Backup {
  return backup;
}

/** Made without being asked for. */
export function isAutomatic({ reason }: Pick<Backup, 'reason'>): boolean {
  return reason === 'daily' || reason === 'operation';
}

/** Those that may go, given all in order from the latest. */
export function surplusOf(backups: readonly BackupFile[]): BackupFile[] {
  const kept = new Map<string, number>();
  return backups.filter(({ reason }) => {
    const kind = isAutomatic({ reason }) ? 'automatic' : reason;
    const count = (kept.get(kind) ?? 0) + 1;
    kept.set(kind, count);
    return count > keptPerKind;
  });
}

/** In which order backups are tried when the database is lost: what a restore put aside comes last. */
export function byPreference(backups: readonly BackupFile[]): BackupFile[] {
  return [
    ...backups.filter(({ reason }) => reason !== 'before_restore'),
    ...backups.filter(({ reason }) => reason === 'before_restore'),
  ];
}
