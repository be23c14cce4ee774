import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isDiskFull } from '../../platform/error-code.ts';
import type { Db } from '../open.ts';

/*
 * A transaction adds some 30 MB to the write-ahead log at most (`reach.ts`), and a log of 24 MB is merged before the next
 * large one begins: so it stays below 64 MB whoever reads, as long as no statement takes longer than the patience. An export, a
 * backup and a check of the history read at one moment; the log may grow while they do.
 *
 * Once merged, the log begins anew in the same file, which keeps its length: writing over it takes the system half as long as
 * making it longer. It is cut off when nobody writes.
 */
/** A page and the head of its frame, https://www.sqlite.org/fileformat2.html#the_write_ahead_log. */
const frameBytes = 4_096 + 24;
const fullBytes = 24 << 20;
const patienceMs = 10_000;
const lookMs = 20;
/** A log for which a write has waited in vain has to grow by so much before one waits again. */
const growthBytes = 8 << 20;
/** A log that is larger is merged when nobody has written for a while. */
const smallBytes = 4 << 20;
const restMs = 2_000;

type Methods = Readonly<Record<string, (db: Db, args: never) => unknown>>;

/**
 * The writer's methods, those named `large` with room in the log of the database `file` when they begin. While one waits
 * for it, the others are carried out.
 */
export function withShortLog(file: string, methods: Methods, large: readonly string[]): Methods {
  let keeper: ReturnType<typeof createLogKeeper> | null = null;
  return Object.fromEntries(
    Object.entries(methods).map(([name, run]) => {
      const isLarge = large.includes(name);
      return [
        name,
        (db: Db, args: never) => {
          keeper ??= createLogKeeper(db, file);
          keeper.noteUse();
          return isLarge && !keeper.hasRoom() ? keeper.makeRoom().then(() => run(db, args)) : run(db, args);
        },
      ];
    }),
  );
}

function createLogKeeper(db: Db, file: string) {
  let mergeAtBytes = fullBytes;
  let timer: NodeJS.Timeout | null = null;

  /** How much of the log is in use; all that is merged counts until the next write. */
  function usedBytes(): number {
    const [state] = db.pragma('wal_checkpoint(NOOP)') as { log: number }[];
    return (state?.log ?? 0) * frameBytes;
  }

  /**
   * True if the log is checkpointed completely, so that the next write restarts it or it can be truncated. Never waits.
   */
  function merge(how: 'RESTART' | 'TRUNCATE'): boolean {
    const usual = db.pragma('busy_timeout', { simple: true });
    db.pragma('busy_timeout = 0');
    try {
      const [state] = db.pragma(`wal_checkpoint(${how})`) as { busy: number }[];
      return state?.busy === 0;
    } catch (error) {
      // Nothing is lost, it stands in the log; a write that finds no room either says so itself.
      if (!isDiskFull(error)) throw error;
      return false;
    } finally {
      db.pragma(`busy_timeout = ${String(usual)}`);
    }
  }

  /** Nobody writes, so nobody is held up: tried until it works. */
  function tidy(): void {
    const { size } = statSync(`${file}-wal`, { throwIfNoEntry: false }) ?? { size: 0 };
    if (!db.open || size <= smallBytes) return;
    merge('TRUNCATE');
    timer?.refresh();
  }

  return {
    hasRoom: () => usedBytes() < mergeAtBytes || merge('RESTART'),
    makeRoom: async () => {
      const startedMs = performance.now();
      let isMerged = merge('RESTART');
      while (!isMerged && performance.now() - startedMs < patienceMs) {
        await wait(lookMs);
        isMerged = merge('RESTART');
      }
      mergeAtBytes = isMerged ? fullBytes : usedBytes() + growthBytes;
    },
    noteUse: () => {
      timer ??= setTimeout(tidy, restMs).unref();
      timer.refresh();
    },
  };
}
