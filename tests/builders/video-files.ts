import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tableOf } from '../../src-main/sql/records/table.ts';
import { insertRecords, makeRecord } from './records.ts';
import { changeDatabase, readDatabase } from './tickets.ts';

/** Puts `count` videos in a workspace, each with a file and a thumbnail on the disk. */
export function seedVideos(folder: string, count: number): void {
  const videos = tableOf('videos');
  const records = Array.from({ length: count }, (_, at) =>
    makeRecord(videos, at + 1, { file: `${at + 1}.mp4`, thumbnail: `thumbs/${at + 1}.jpg`, status: 'ready' }),
  );
  changeDatabase(folder, (db) => insertRecords(db, videos, records));
  for (const { file, thumbnail } of records) {
    for (const name of [file, thumbnail]) {
      const path = videoFile(folder, String(name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'bytes');
    }
  }
}

export function videoFile(folder: string, name: string): string {
  return join(folder, 'files', name);
}

/** Files that live videos have lost though nothing in the workspace says that they were to go. */
export function lostFiles(folder: string): string[] {
  const names = readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT f.value FROM videos v JOIN json_each(json_array(v.file, v.thumbnail)) f ON f.value <> ''
          WHERE v.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM file_removals r WHERE r.path = f.value)`,
      )
      .pluck()
      .all(),
  ) as string[];
  return names.filter((name) => !existsSync(videoFile(folder, name)));
}
