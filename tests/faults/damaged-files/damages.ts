import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { below, type Files, flipBit, garble, type Originals, pageBytes } from './harness.ts';

/** Each a way to damage the files, named by what is wrong. */
export const damages: Readonly<Record<string, (originals: Originals) => Files>> = {
  'a bit': ({ merged }) => {
    const database = Buffer.from(merged);
    flipBit(database, below(database.length));
    return { database };
  },
  'a bit of the head': ({ merged }) => {
    const database = Buffer.from(merged);
    flipBit(database, below(100));
    return { database };
  },
  'half a kilobyte': ({ merged }) => {
    const database = Buffer.from(merged);
    garble(database, below(database.length), 512);
    return { database };
  },
  'a page of zeros': ({ merged }) => {
    const database = Buffer.from(merged);
    const page = below(database.length / pageBytes);
    database.fill(0, page * pageBytes, (page + 1) * pageBytes);
    return { database };
  },
  'two pages exchanged': ({ merged }) => {
    const database = Buffer.from(merged);
    const [one, other] = [below(database.length / pageBytes), below(database.length / pageBytes)];
    merged.copy(database, one * pageBytes, other * pageBytes, (other + 1) * pageBytes);
    merged.copy(database, other * pageBytes, one * pageBytes, (one + 1) * pageBytes);
    return { database };
  },
  'a file cut short': ({ merged }) => ({
    database: merged.subarray(0, below(merged.length)),
  }),
  'a file cut between pages': ({ merged }) => ({
    database: merged.subarray(0, below(merged.length / pageBytes) * pageBytes),
  }),
  'a log with bits changed': ({ unmerged }) => {
    const log = Buffer.from(unmerged.log);
    for (let bits = 1 + below(5); bits > 0; bits -= 1) flipBit(log, below(log.length));
    return { database: unmerged.database, log };
  },
  'a log of anything': ({ merged }) => {
    const log = Buffer.alloc(1 + below(40_000));
    garble(log, 0, log.length);
    return { database: merged, log };
  },
  'a damaged file with a good log': ({ unmerged }) => {
    const database = Buffer.from(unmerged.database);
    garble(database, below(database.length), pageBytes);
    return { database, log: unmerged.log };
  },
  'shared memory of anything': ({ unmerged }) => {
    const shared = Buffer.alloc(32_768);
    garble(shared, 0, shared.length);
    return { database: unmerged.database, log: unmerged.log, shared };
  },
  'no file': () => ({ database: null }),
  'a log alone': ({ unmerged }) => ({ database: null, log: unmerged.log }),
  'an empty file': () => ({ database: Buffer.alloc(0) }),
  'a file of zeros': ({ merged }) => ({ database: Buffer.alloc(below(merged.length)) }),
  'a text': () => ({
    database: Buffer.from('id,subject\n1,Hello\n'.repeat(1 + below(500))),
  }),
  'the database of another program': ({ scratch }) => {
    const file = join(scratch, 'foreign.db');
    rmSync(file, { force: true });
    const other = new Database(file);
    other.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
    other.close();
    return { database: readFileSync(file) };
  },
};
