import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { expectBooksBalance } from '../../builders/books.ts';
import { changeDatabase, everyTicket, readDatabase } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';
import { seedVideos, videoFile } from '../../builders/video-files.ts';

const app = useConsole({
  per: 'test',
  fill: (folder) => seedVideos(folder, 4),
});

function plan(): Promise<Operation> {
  const request = { action: 'delete', collection: 'videos' as const, selection: everyTicket, input: {} };
  return app.ask('operations.plan', request);
}
const there = (...names: string[]) => names.map((name) => existsSync(videoFile(app.folder, name)));
const notes = () => readDatabase(app.folder, (db) => db.prepare('SELECT * FROM file_removals').all());

describe('deleting videos', () => {
  it('removes their files and says beforehand, also before an undo, that they do not come back', async () => {
    const draft = await plan();
    expect(draft.forecast.warnings).toContain(
      'Erased for good: file, thumbnail, and text chunks. Neither undo nor restoring the videos brings them back.',
    );
    expect(draft.forecast).toMatchObject({ reversible: true, erases: true });
    expect(there('1.mp4', 'thumbs/1.jpg')).toEqual([true, true]);
    const done = await app.run(draft);
    expect(done.tallies).toEqual([{ state: 'done', reason: null, count: 4 }]);
    expect(there('1.mp4', 'thumbs/1.jpg', '4.mp4', 'thumbs/4.jpg')).toEqual([false, false, false, false]);
    expect(notes()).toEqual([]);
    const undo = await app.ask('operations.undo', { id: done.id });
    expect(undo.forecast.warnings).toEqual([
      'What was erased does not come back: file, thumbnail, and text chunks.',
    ]);
    await app.run(undo);
    const { record } = await app.ask('records.get', { collection: 'videos', id: 1 });
    expect(record).toMatchObject({ deletedAt: null, file: '', thumbnail: '' });
  });

  it('takes a file that is not there as removed, and fails for one that cannot be', async () => {
    rmSync(videoFile(app.folder, '1.mp4'));
    rmSync(videoFile(app.folder, '2.mp4'));
    mkdirSync(videoFile(app.folder, '2.mp4'));
    writeFileSync(join(app.folder, 'secret.txt'), 'not yours');
    changeDatabase(app.folder, (db) => db.exec(`UPDATE videos SET file = '../secret.txt' WHERE id = 3`));
    const done = await app.run(await plan());
    expectBooksBalance(app.folder, done.id);
    expect(done.state).toBe('partial');
    const { items } = await app.ask('operations.items', { id: done.id, limit: 10 });
    expect(items.map(({ state, reason }) => [state, reason])).toEqual([
      ['done', null],
      ['failed', 'file_not_removed'],
      ['failed', 'file_not_removed'],
      ['done', null],
    ]);
    expect(existsSync(join(app.folder, 'secret.txt'))).toBe(true);
    const { record } = await app.ask('records.get', { collection: 'videos', id: 2 });
    expect(record).toMatchObject({ deletedAt: null, file: '2.mp4' });
    rmSync(videoFile(app.folder, '2.mp4'), { recursive: true });
    const retried = await app.run(await app.ask('operations.retry', { id: done.id }));
    expect(retried.tallies).toContainEqual({ state: 'done', reason: null, count: 1 });
  });

  it('leaves the files of a video alone that was changed since it was planned', async () => {
    const draft = await plan();
    changeDatabase(app.folder, (db) => db.exec('UPDATE videos SET version = version + 1 WHERE id = 2'));
    await app.run(draft);
    expect(there('2.mp4', 'thumbs/2.jpg', '3.mp4')).toEqual([true, true, false]);
  });

  it('leaves the files of what a stop rule did not come to', async () => {
    rmSync(videoFile(app.folder, '2.mp4'));
    mkdirSync(videoFile(app.folder, '2.mp4'));
    const draft = await plan();
    const ended = app.ended(draft.id);
    await app.ask('operations.start', { id: draft.id, options: { maxErrors: 0 } });
    expect((await ended).state).toBe('failed');
    expect(there('1.mp4', '3.mp4', 'thumbs/4.jpg')).toEqual([false, true, true]);
  });
});
