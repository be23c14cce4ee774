import { promises as fs } from 'node:fs';
import { resolve, sep } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';

/** Types of file systems that live on another machine, as Linux numbers them (`man 2 statfs`). */
const networkTypes: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'SMB (CIFS)',
  0xfe534d42: 'SMB 2',
  0x5346414f: 'AFS',
  0x6b414653: 'AFS',
  0x73757245: 'Coda',
  0x564c: 'NetWare',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x19830326: 'BeeGFS',
};
/** Programs behind FUSE file systems are local (an encrypted folder, an exFAT stick) or not: the mount says which. */
const fuseType = 0x65735546;
const networkFuse =
  /^fuse\.(sshfs|rclone|s3fs|gcsfuse|blobfuse2?|davfs2?|curlftpfs|smbnetfs|glusterfs|ceph|gvfsd-fuse)$/;

/**
 * Throws `not_enough_space`, with the bytes needed and free, unless so many can be written in a folder. Of a folder that
 * is not there, or does not say, writing will tell.
 */
export async function assertFreeSpace(folder: string, needed: number): Promise<void> {
  const disk = await fs.statfs(folder).catch(() => null);
  if (!disk) return;
  const free = disk.bavail * disk.bsize;
  if (free >= needed) return;
  throw new BulkheadError(
    'not_enough_space',
    `This needs about ${formatNumber(Math.ceil(needed / 1e6))} MB on the disk of ${folder}, where ${formatNumber(Math.floor(free / 1e6))} MB are free. Nothing was written.`,
    { details: { folder, needed, free } },
  );
}

/**
 * Throws `workspace_network` for a folder on another machine: there the memory that SQLite's connections share does not
 * exist, and two programs can damage a database. macOS does not tell; Windows tells by the name of the share only.
 */
export async function assertLocalDisk(folder: string): Promise<void> {
  const name = process.platform === 'linux' ? await networkName(folder) : shareName(folder);
  if (name === null) return;
  throw new BulkheadError(
    'workspace_network',
    `The folder ${folder} is on a network drive (${name}), where a database can be damaged. It was not touched.`,
  );
}

async function networkName(folder: string): Promise<string | null> {
  const { type } = await fs.statfs(folder);
  if (type !== fuseType) return networkTypes[type] ?? null;
  const name = mountType(await fs.readFile('/proc/self/mountinfo', 'utf8'), await fs.realpath(folder));
  return networkFuse.test(name) ? name : null;
}

/** The type of the mount that a folder is in: the last one of the longest path. */
function mountType(mounts: string, folder: string): string {
  let found = { point: '', type: '' };
  for (const line of mounts.split('\n')) {
    // 36 35 98:0 /root /mount/point options optional… - type source options
    const point = line
      .split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    const type = line.split(' - ')[1]?.split(' ')[0];
    if (point === undefined || type === undefined || point.length < found.point.length) continue;
    if (folder === point || folder.startsWith(point.endsWith(sep) ? point : point + sep))
      found = { point, type };
  }
  return found.type;
}

function shareName(folder: string): string | null {
  if (process.platform !== 'win32') return null;
  return /^\\\\(?![.?]\\)[^\\]+\\[^\\]+/.exec(resolve(folder))?.[0] ?? null;
}
