import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openForWriting } from '../../../src-main/sql/care/rescue.ts';
import { migrations } from '../../../src-main/sql/migrations/index.ts';
import { withClosing } from '../../../src-main/sql/open.ts';
import { readRecovery } from '../../../src-main/storage/recovery-file.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { size } from '../size.ts';
import { damages } from './damages.ts';
import { type Expected, expectedOf } from './expected.ts';
import {
  below,
  expectKept,
  type Files,
  type Originals,
  put,
  type Shelf,
  shelves,
  ticketsIn,
  useOriginals,
} from './harness.ts';

const rounds = size({ short: 51, long: 1_000 });
const originals = useOriginals();

function look(name: string, damage: (originals: Originals) => Files, shelf: Shelf): Expected {
  const folder = join(originals.scratch, 'workspace');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const best = originals.putBackups(folder, shelf);
  const files = damage(originals);
  const file = put(folder, files);
  const expected = expectedOf(files, best, shelf !== 'none', originals.scratch);
  const context = `${name}, backups: ${shelf}`;
  const nowMs = Date.UTC(2026, 5, 1);
  let met: Expected;
  try {
    withClosing(openForWriting({ file, how: 'first', nowMs }), (db) => {
      expect(db.pragma('quick_check', { simple: true }), context).toBe('ok');
    });
    const recovery = readRecovery(file);
    met = recovery === null ? 'used' : recovery.restoredFrom ? 'restored' : 'anew';
  } catch (error) {
    if (!(error instanceof BulkheadError)) throw error;
    expect(['workspace_foreign', 'workspace_newer'], context).toContain(error.code);
    met = 'refused';
  }
  expect(met, context).toBe(expected);
  if (met === 'refused') {
    expectKept(folder, files);
    expect(readdirSync(folder).filter((entry) => entry === 'damaged' || entry === 'recovery.json')).toEqual(
      [],
    );
  }
  if (met === 'restored' || met === 'anew') {
    const recovery = readRecovery(file);
    expectKept(recovery?.movedTo ?? '', files);
    expect(recovery).toMatchObject({ at: nowMs, problem: expect.stringMatching(/\w/) });
    expect(recovery?.restoredFrom?.name).toBe(best?.name);
    expect(recovery?.missing.length, context).toBeGreaterThan(0);
    if (best) expect(ticketsIn(file), context).toBe(originals.contentOf.get(best.name));
  }
  return met;
}

describe('a damaged file', { timeout: 60_000 + rounds * 300 }, () => {
  it('is never used, never lost, and the newest good backup stands in its place', () => {
    const counts = { refused: 0, used: 0, restored: 0, anew: 0 };
    const kinds = Object.entries(damages);
    for (let round = 0; round < rounds; round += 1) {
      const [name, damage] = kinds[round % kinds.length] ?? ['', () => ({ database: null })];
      counts[look(name, damage, shelves[below(shelves.length)] ?? 'both')] += 1;
    }
    process.stdout.write(`${rounds} damaged workspaces: ${JSON.stringify(counts)}\n`);
    for (const met of Object.values(counts)) expect(met).toBeGreaterThan(0);
  });

  it('is also one whose header names an earlier schema than it has', () => {
    for (let version = 1 - 2 ** 31; version < migrations.length; version = version < 0 ? 0 : version + 1) {
      const damage = () => {
        const database = Buffer.from(originals.merged);
        database.writeInt32BE(version, 60);
        return { database };
      };
      expect(look(`schema ${version}`, damage, 'both')).toBe('restored');
    }
  });
});
