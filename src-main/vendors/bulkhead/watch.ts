import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Page } from '../../remotes/remote.ts';

/** Half of the records that are remembered as they came: all batches under way are made of fewer. */
const halfRemembered = 10_000;

/** What is known of a collection since a place in its feed that whoever pulls has written down. */
export interface Watch {
  /** Read up to here, by a pull or by a look at the present state of records. */
  readonly position: string;
  /** Whether a record came that whoever pulls may not have written down. */
  hasSeen(key: string): boolean;
  /** The latest of a record as it came, for as long as it is remembered. */
  latest(key: string): RemoteRecord | undefined;
  /** A page was read after `position`. */
  take(page: Page): void;
  /**
   * Whoever pulls asks for what comes after `cursor`, so everything before it is written down. False where that does not
   * go on from what was pulled before: then nothing is known any more.
   */
  pulls(cursor: string): boolean;
  /** What that brought. */
  pulled(cursor: string, page: Page): void;
  /** Readings come one after the other. */
  reading: Promise<unknown>;
}

export function createWatch(from: string): Watch {
  let position = from;
  /** The cursor of the latest pull, and the one that it led to. */
  let asked = from;
  let next: string | null = null;
  /** Where the last round of pulls ended that came to the end of the feed. */
  let end: string | null = null;
  /** Keys that came before this round began, and since: what came before the one before it is written down. */
  let before = new Set<string>();
  let since = new Set<string>();
  let older = new Map<string, RemoteRecord>();
  let newer = new Map<string, RemoteRecord>();

  function take(page: Page): void {
    for (const record of page.records) {
      since.add(record.key);
      newer.set(record.key, record);
    }
    position = page.cursor;
    if (newer.size < halfRemembered) return;
    older = newer;
    newer = new Map();
  }

  return {
    get position() {
      return position;
    },
    hasSeen: (key) => since.has(key) || before.has(key),
    latest: (key) => newer.get(key) ?? older.get(key),
    take,
    pulls: (cursor) => {
      if (cursor !== asked && cursor !== next) return false;
      asked = cursor;
      if (cursor === position || cursor === end) {
        before = cursor === position ? new Set() : since;
        since = new Set();
        end = null;
      }
      return true;
    },
    pulled: (cursor, page) => {
      next = page.cursor;
      end = page.isEnd ? page.cursor : null;
      if (position === cursor) take(page);
    },
    reading: Promise.resolve(),
  };
}
