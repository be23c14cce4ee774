import { parentPort, workerData } from 'node:worker_threads';
import { ownWorkspace } from '../sql/owner.ts';
import { openForWriting, type WriterStart } from '../sql/rescue.ts';
import { withShortLog } from '../sql/short-log.ts';
import { largeWrites, writerMethods } from '../sql/writer.ts';
import { serveDatabase } from './serve-database.ts';

const start = workerData as WriterStart;

serveDatabase(
  parentPort,
  () => {
    ownWorkspace(start.file);
    return openForWriting(start);
  },
  withShortLog(start.file, writerMethods, largeWrites),
);
