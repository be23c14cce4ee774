import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { assertFreeSpace, assertLocalDisk } from '../../../src-main/platform/disk.ts';

const folder = tmpdir();

/** Makes the system say this of every disk. */
async function fakeDisk(facts: { type?: number; bavail?: number; bsize?: number }): Promise<void> {
  const real = await fs.statfs(folder);
  vi.spyOn(fs, 'statfs').mockResolvedValue({ ...real, ...facts });
}

describe('a folder for a workspace', () => {
  it.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'SMB (CIFS)'],
    [0xfe534d42, 'SMB 2'],
    [0x517b, 'SMB'],
    [0x00c36400, 'Ceph'],
  ])('on a disk of type %d is refused by its name, %s', async (type, name) => {
    await fakeDisk({ type });
    await expect(assertLocalDisk(folder)).rejects.toMatchObject({
      code: 'workspace_network',
      message: expect.stringContaining(`(${name})`),
    });
  });

  it.each([0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x2fc12fc1])(
    'on a disk of this computer is taken, type %d',
    async (type) => {
      await fakeDisk({ type });
      await assertLocalDisk(folder);
    },
  );

  it.each([
    ['fuse.sshfs', true],
    ['fuse.rclone', true],
    ['fuse.gocryptfs', false],
    ['fuseblk', false],
  ])('behind FUSE is judged by what is mounted there: %s', async (type, isRefused) => {
    await fakeDisk({ type: 0x65735546 });
    vi.spyOn(fs, 'realpath').mockResolvedValue('/media/my files/work');
    vi.spyOn(fs, 'readFile').mockResolvedValue(
      [
        '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
        '30 22 0:40 / /media rw - fuse.sshfs somewhere:/ rw',
        `31 30 0:41 / /media/my\\040files rw shared:5 master:1 - ${type} something rw`,
        '32 30 0:42 / /media/my\\040files/works rw - fuse.sshfs somewhere:/ rw',
      ].join('\n'),
    );
    const outcome = await assertLocalDisk(folder).then(
      () => 'taken',
      (error: Error) => error.message,
    );
    expect(outcome).toContain(isRefused ? `(${type})` : 'taken');
  });
});

describe('space on a disk', () => {
  it('is there up to the last byte', async () => {
    await fakeDisk({ bavail: 3, bsize: 4_096 });
    await assertFreeSpace(folder, 12_288);
    await expect(assertFreeSpace(folder, 12_289)).rejects.toMatchObject({
      code: 'not_enough_space',
      details: { folder, needed: 12_289, free: 12_288 },
    });
  });

  it('is said in megabytes, what is needed rounded up and what is free rounded down', async () => {
    await fakeDisk({ bavail: 250_100, bsize: 4_096 });
    await expect(assertFreeSpace(folder, 2_000_000_001)).rejects.toThrow(
      /needs about 2,001 MB .* where 1,024 MB are free\. Nothing was written\./,
    );
  });

  it('of a folder that is not there is left to whoever writes', async () => {
    await assertFreeSpace(`${folder}/not-there`, Number.MAX_SAFE_INTEGER);
  });
});
