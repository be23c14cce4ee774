import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DestinationStream, type Logger, multistream, pino } from 'pino';

/** A log that would grow beyond this begins anew; the one before it is kept. */
const maxLogBytes = 10_000_000;
/** As much is held of what stderr does not take; what comes beyond that is lost. */
const maxHeldBytes = 1_000_000;
const maxCauses = 5;

/** Logs to stderr and, where a folder is given, to `bulkhead.log` in it. Never holds tokens or the contents of tickets. */
export function createLog(folder?: string): Logger {
  const options = {
    name: 'bulkhead',
    base: {},
    level: levelNamed(process.env['BULKHEAD_LOG_LEVEL'] ?? 'info'),
    serializers: { err: describeError },
  };
  const stderr = pino.destination({ fd: 2, sync: true, maxLength: maxHeldBytes });
  // It may be a file on a disk that is full, which must not end the console: what could not be written is tried again.
  stderr.on('error', () => undefined);
  if (folder === undefined) return pino(options, stderr);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return pino(
    options,
    multistream([{ stream: stderr }, { stream: openLogFile(join(folder, 'bulkhead.log')) }]),
  );
}

function levelNamed(name: string): string {
  const names = ['silent', ...Object.keys(pino.levels.values)];
  if (names.includes(name)) return name;
  throw new Error(`BULKHEAD_LOG_LEVEL takes one of ${names.join(', ')}, not "${name}".`);
}

/** Few lines come, so each is written by itself: nothing is open that could be lost or in the way of a new file. */
function openLogFile(path: string): DestinationStream {
  return {
    write: (line) => {
      try {
        const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (bytes + Buffer.byteLength(line) > maxLogBytes) renameSync(path, `${path}.1`);
        appendFileSync(path, line, { mode: 0o600 });
      } catch {
        // A full disk must not end the console. stderr has the line, and the next one is tried again.
      }
    },
  };
}

/** An error without what else it carries: that may be what a remote sent, and so a ticket. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return `no error, but ${typeof error}`;
  const { name, message, stack, cause } = error;
  const code: unknown = Reflect.get(error, 'code');
  const described = { name, code, message, stack };
  if (cause === undefined || depth === maxCauses) return described;
  return { ...described, cause: describeError(cause, depth + 1) };
}
