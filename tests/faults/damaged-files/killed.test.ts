import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openForWriting } from '../../../src-main/sql/care/rescue.ts';
import { withClosing } from '../../../src-main/sql/open.ts';
import { readRecovery } from '../../../src-main/storage/recovery-file.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';
import { size } from '../size.ts';
import { startStorageChild } from '../storage-harness.ts';
import { expectKept, pageBytes, put, ticketsIn, useOriginals } from './harness.ts';

const originals = useOriginals();

describe('a damaged file', () => {
  it('is replaced in the end when the process is killed again and again while it is being replaced', async () => {
    const folder = makeFolder();
    originals.putBackups(folder, 'both');
    const files = { database: Buffer.from(originals.unmerged.database), log: originals.unmerged.log };
    files.database.fill(0, pageBytes, 20 * pageBytes);
    const file = put(folder, files);
    // The account, the database, its log, their shared memory, and the backup in its place.
    const steps = [1, 2, 3, 4, 5].flatMap((nth) =>
      (['kill', 'kill-after'] as const).map((how) => ({ nth, how })),
    );
    for (const step of steps.slice(-size({ short: 3, long: steps.length }))) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      originals.putBackups(folder, 'both');
      put(folder, files);
      const fault = { thread: 'writer', kind: 'file', text: 'renameSync', ...step } as const;
      const child = await startStorageChild({ fault });
      expect(await child.tell({ do: 'open', folder }), JSON.stringify(step)).toBeNull();
      await child.gone;
      withClosing(openForWriting({ file, how: 'first', nowMs: Date.now() }), (db) => {
        expect(db.pragma('quick_check', { simple: true })).toBe('ok');
      });
      const recovery = readRecovery(file);
      expect(recovery).toMatchObject({
        problem: expect.stringMatching(/SQLite/),
        restoredFrom: originals.backups[0],
      });
      expectKept(recovery?.movedTo ?? '', files);
      expect(ticketsIn(file)).toBe(originals.contentOf.get(originals.backups[0]?.name ?? ''));
      expect(readdirSync(join(folder, 'damaged'))).toHaveLength(1);
    }
    removeFolder(folder);
  });
});
