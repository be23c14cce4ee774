import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { migrations } from './migrations/index.ts';

/** "Blkh": marks the file as ours. */
export const applicationId = 0x426c6b68;

/** What a database file says of itself. */
export interface Identity {
  readonly applicationId: number;
  readonly version: number;
  readonly isEmpty: boolean;
}

/** What the first bytes of a file say. */
export interface Header extends Identity {
  readonly isSqlite: boolean;
  /** This SQLite knows how to read and write such a file. */
  readonly isKnownFormat: boolean;
}

/** The first bytes of a database, or null when there are none. SQLite itself would tidy up beside a file that it merely opens. */
export function readHeader(file: string): Header | null {
  // https://www.sqlite.org/fileformat2.html#the_database_header
  const header = Buffer.alloc(100);
  if (!existsSync(file) || statSync(file).size === 0) return null;
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const schemaCookie = header.readUInt32BE(40);
  return {
    isSqlite: header.toString('latin1').startsWith('SQLite format 3\0'),
    isKnownFormat: [1, 2].includes(header.readUInt8(18)) && [1, 2].includes(header.readUInt8(19)),
    applicationId: header.readInt32BE(68),
    version: header.readInt32BE(60),
    isEmpty: schemaCookie === 0,
  };
}

/** Throws `workspace_foreign`, `workspace_newer` or `workspace_damaged` for a file whose header is not that of a workspace. */
export function assertHeaderIsOurs(file: string): void {
  const header = readHeader(file);
  if (!header) return;
  if (!header.isSqlite) throw notADatabase(undefined);
  assertOurs(header);
}

/** True when the last writes to a file are not in it yet, because its program was killed. */
export function hasUnmergedWrites(file: string): boolean {
  const log = `${file}-wal`;
  return existsSync(log) && statSync(log).size > 0;
}

export function assertOurs({ applicationId: id, version, isEmpty }: Identity): void {
  if (id !== applicationId && !(id === 0 && isEmpty)) {
    throw new BulkheadError(
      'workspace_foreign',
      'The folder holds a database of another program. It was not touched.',
    );
  }
  if (version > migrations.length) {
    throw new BulkheadError(
      'workspace_newer',
      `The workspace was made by a newer Bulkhead (schema ${version}; this one knows ${migrations.length}). It was not touched.`,
    );
  }
}

export function notADatabase(cause: unknown): BulkheadError {
  return new BulkheadError(
    'workspace_damaged',
    'The file cannot be read as a database. It was not touched.',
    { cause },
  );
}
