import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting, type WriterStart } from '../sql/care/rescue.ts';
import { withShortLog } from '../sql/care/short-log.ts';
import { ownWorkspace } from '../sql/owner.ts';
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
