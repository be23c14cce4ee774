import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinal } from '../../src-shared/domain/operation.ts';
import { expectBooksBalance } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { readDatabase } from '../builders/tickets.ts';
import { lostFiles, seedVideos, videoFile } from '../builders/video-files.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import type { Fault } from './fault.ts';
import { type Errand, latestOperation, startChild } from './harness.ts';
import { size } from './size.ts';

const count = size({ short: 24, long: 400 });
const rounds = size({ short: 1, long: 10 });
const random = randomFrom(seed);

let folder: string;
beforeEach(() => {
  folder = makeFolder();
  seedVideos(folder, count);
});
afterEach(() => removeFolder(folder));

const inChunk = { thread: 'writer', method: 'applyChunk' } as const;
const nth = () => 1 + Math.floor(random() * 4);

/** Around what is written down, what is removed, and what is then settled. */
const places: readonly Omit<Fault, 'nth'>[] = [
  { ...inChunk, kind: 'file', text: 'unlinkSync', how: 'kill' },
  { ...inChunk, kind: 'file', text: 'unlinkSync', how: 'kill-after' },
  { ...inChunk, kind: 'statement', text: 'DELETE FROM file_removals', how: 'kill' },
  { ...inChunk, kind: 'statement', text: 'COMMIT', how: 'kill' },
  { ...inChunk, kind: 'statement', text: 'COMMIT', how: 'kill-after' },
];
const kills = places.length * rounds;

function deathAfter(killed: number): Fault | undefined {
  const place = places[killed % places.length];
  return place && killed < kills ? { ...place, nth: nth() } : undefined;
}

describe('deleting videos', { timeout: 60_000 * rounds }, () => {
  it('that is killed anywhere loses no file without a record of it, and goes on to remove the rest', async () => {
    let killed = 0;
    for (;;) {
      const left = latestOperation(folder);
      if (left && isFinal(left.state)) break;
      const errand: Errand = left
        ? { folder, do: 'await', id: left.id }
        : { folder, do: 'edit', collection: 'videos', action: 'delete', input: {} };
      const { lines, isKilled, errors } = await startChild(errand, deathAfter(killed)).gone;
      expect(lostFiles(folder)).toEqual([]);
      if (isKilled) killed += 1;
      else expect(lines.at(-1), errors).toMatchObject({ said: 'done', isFinal: true });
    }
    expect(killed).toBe(kills);
    const operation = latestOperation(folder);
    expect(operation?.state).toBe('completed');
    if (operation) expectBooksBalance(folder, operation.id);
    expect(readdirSync(videoFile(folder, '.'))).toEqual(['thumbs']);
    expect(readdirSync(videoFile(folder, 'thumbs'))).toEqual([]);
    expect(existsSync(videoFile(folder, '1.mp4'))).toBe(false);
    const rest = readDatabase(folder, (db) =>
      db.prepare('SELECT count(*) FROM videos WHERE deleted_at IS NULL').pluck().get(),
    );
    expect(rest).toBe(0);
  });
});
