import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../sql/open.ts';
import { readerMethods } from '../sql/reader.ts';
import { serveDatabase } from './serve-database.ts';

serveDatabase(parentPort, () => openReader(String(workerData)), readerMethods);
