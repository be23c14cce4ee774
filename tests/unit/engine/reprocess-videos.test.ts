import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { piecesOf } from '../../../src-shared/domain/text-pieces.ts';
import { runs } from '../../builders/property.ts';
import { insertRecords, makeRecord } from '../../builders/records.ts';
import { changeDatabase, everyTicket, readDatabase } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const videos = tableOf('videos');
const long = Array.from({ length: 90 }, (_, at) => `Sentence ${at} is about sluices.`).join(' ');

const app = useConsole({
  per: 'test',
  fill: (folder) => {
    changeDatabase(folder, (db) =>
      insertRecords(db, videos, [
        makeRecord(videos, 1, { status: 'failed', transcript: long }),
        makeRecord(videos, 2, { status: 'ready', transcript: null }),
        makeRecord(videos, 3, { status: 'processing', transcript: 'Locks and weirs.' }),
        makeRecord(videos, 4, { status: 'ready', transcript: 'Locks and weirs.' }),
      ]),
    );
  },
});

async function reprocess() {
  const request = { action: 'reprocess', collection: 'videos' as const, selection: everyTicket, input: {} };
  return app.run(await app.ask('operations.plan', request));
}
async function found(text: string): Promise<number[]> {
  const query = { collection: 'videos', filter: { text }, sort: { field: 'id', direction: 'asc' } } as const;
  return (await app.ask('records.page', { query, limit: 10 })).records.map(({ id }) => id);
}
const pieces = () =>
  readDatabase(app.folder, (db) =>
    db.prepare('SELECT video_id, count(*) FROM video_chunks GROUP BY 1').raw().all(),
  );

describe('reprocessing videos', () => {
  it('cuts transcripts into pieces whose words are found; what has none or is under way is left alone', async () => {
    expect(await found('sluices')).toEqual([]);
    const done = await reprocess();
    expect(done.details).toContainEqual({ label: 'Index', value: expect.stringMatching(/^Words only/) });
    const { items } = await app.ask('operations.items', { id: done.id, limit: 10 });
    expect(items.map(({ state, reason, after }) => [state, reason, after])).toEqual([
      ['done', null, { status: 'ready', chunks: piecesOf(long).length }],
      ['skipped', 'missing_transcript', null],
      ['skipped', 'processing', null],
      ['done', null, { status: 'ready', chunks: 1 }],
    ]);
    expect(pieces()).toEqual([
      [1, piecesOf(long).length],
      [4, 1],
    ]);
    expect(await found('sluices')).toEqual([1]);
    expect(await found('weirs')).toEqual([4]);
    expect((await reprocess().catch((error: { code: string }) => error.code)) as unknown).toMatchObject({
      tallies: expect.arrayContaining([{ state: 'skipped', reason: 'already_so', count: 2 }]),
    });
  });

  it('finds no piece in a transcript of nothing but spaces, and does not fail for it', async () => {
    changeDatabase(app.folder, (db) => db.exec("UPDATE videos SET transcript = ' \n ' WHERE id = 1"));
    const { id, state } = await reprocess();
    const { items } = await app.ask('operations.items', { id, limit: 1 });
    expect([state, items[0]?.after]).toEqual(['completed', { status: 'ready', chunks: 0 }]);
  });

  it('is taken back with the pieces, and done again', async () => {
    const { id } = await reprocess();
    const undone = await app.run(await app.ask('operations.undo', { id }));
    expect(pieces()).toEqual([]);
    expect(await found('sluices')).toEqual([]);
    const { record } = await app.ask('records.get', { collection: 'videos', id: 1 });
    expect(record).toMatchObject({ status: 'failed', chunks: 0 });
    await app.run(await app.ask('operations.undo', { id: undone.id }));
    expect(await found('sluices')).toEqual([1]);
  });

  it('goes with the video when that is deleted', async () => {
    await reprocess();
    const request = { action: 'delete', collection: 'videos' as const, selection: everyTicket, input: {} };
    await app.run(await app.ask('operations.plan', request));
    expect(pieces()).toEqual([]);
  });
});

it('pieces hold every word of a text, in order, and none is too long', () => {
  const text = fc
    .array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 80 })
    .map((words) => words.join(' '));
  fc.assert(
    fc.property(text, (whole) => {
      const parts = piecesOf(whole);
      const bare = (given: string) => given.replace(/\s+/gu, '');
      expect(bare(parts.join(''))).toBe(bare(whole));
      expect(parts.every((part) => part.length <= 1_000 && part !== '')).toBe(true);
    }),
    runs(150),
  );
});
