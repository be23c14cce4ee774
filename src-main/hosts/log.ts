import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, multistream, pino } from 'pino';

/** A log that has grown beyond this begins anew; the one before it is kept. */
const maxLogBytes = 10_000_000;

/** Logs to stderr and, where a folder is given, to `bulkhead.log` in it. Never holds tokens or the contents of tickets. */
export function createLog(folder?: string): Logger {
  const options = { name: 'bulkhead', base: {}, level: process.env['BULKHEAD_LOG_LEVEL'] ?? 'info' };
  const stderr = pino.destination({ fd: 2, sync: true });
  if (folder === undefined) return pino(options, stderr);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'bulkhead.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(path, `${path}.1`);
  const file = pino.destination({ dest: path, sync: true, mode: 0o600 });
  return pino(options, multistream([{ stream: stderr }, { stream: file }]));
}
