import { parentPort, workerData } from 'node:worker_threads';
import { openWriter } from '../sql/open.ts';
import { ownWorkspace } from '../sql/owner.ts';
import { writerMethods } from '../sql/writer.ts';
import { serveDatabase } from './serve-database.ts';

const file = String(workerData);

serveDatabase(
  parentPort,
  () => {
    ownWorkspace(file);
    return openWriter(file);
  },
  writerMethods,
);
