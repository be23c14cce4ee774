import { execFileSync } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolder } from '../builders/workspace.ts';

/** A disk of a few MiB, so that it can be filled. */
export interface SmallDisk {
  readonly folder: string;
  /** Makes it larger, as if somebody had freed space. */
  grow(mib: number): void;
  remove(): void;
}

/** Mounts a disk in memory. Answers why not where the system does not allow it, which takes root on Linux. */
export function mountSmallDisk(mib: number): SmallDisk | string {
  if (process.platform !== 'linux') return 'only Linux mounts a disk in memory so simply';
  const folder = makeFolder();
  const options = ['-t', 'tmpfs', 'tmpfs', folder, '-o'];
  try {
    execFileSync('mount', [...options, `size=${mib}m`], { stdio: 'pipe' });
  } catch (error) {
    removeFolder(folder);
    return `the system does not let us mount one: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
  return {
    folder,
    grow: (to) => execFileSync('mount', [...options, `remount,size=${to}m`]),
    remove: () => {
      execFileSync('umount', [folder]);
      removeFolder(folder);
    },
  };
}

/** Fills a disk but for so many KiB. */
export function fillDisk(folder: string, leaveKiB: number): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(bavail * bsize - leaveKiB * 1024));
}
