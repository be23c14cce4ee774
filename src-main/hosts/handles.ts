import { randomBytes } from 'node:crypto';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { realPlace } from '../platform/real-place.ts';
import { asOne } from '../platform/safe-name.ts';

/** Paths behind the opaque names that a host gave to its windows. */
export interface Handles {
  /** A new handle for a path, which keeps what its folder really is at this moment. */
  give(path: string): string;
  /** The path behind a handle; throws `file_not_found` for one that was not given out here. */
  pathOf(handle: string): string;
  /** Whether a handle that counts was given for this path, in whatever case. */
  has(path: string): boolean;
  /** A handle counts no more. */
  forget(handle: string): void;
}

/** Keeps handles until they are forgotten, or for as long as the host runs. */
export function createHandles(): Handles {
  const paths = new Map<string, string>();
  /** How many handles each place has. */
  const given = new Map<string, number>();

  function count(place: string, by: number): void {
    const left = (given.get(asOne(place)) ?? 0) + by;
    if (left > 0) given.set(asOne(place), left);
    else given.delete(asOne(place));
  }

  return {
    give(path) {
      const handle = randomBytes(18).toString('base64url');
      const place = realPlace(path);
      paths.set(handle, place);
      count(place, 1);
      return handle;
    },
    pathOf(handle) {
      const path = paths.get(handle);
      if (path !== undefined) return path;
      throw new BulkheadError(
        'file_not_found',
        'This file or place was not chosen since the console started. Nothing was read or written.',
      );
    },
    has: (path) => given.has(asOne(realPlace(path))),
    forget(handle) {
      const place = paths.get(handle);
      if (place !== undefined && paths.delete(handle)) count(place, -1);
    },
  };
}
