import { errorCode } from './error-code.ts';

const words: Readonly<Record<string, string>> = {
  EACCES: 'the folder or the file may not be written',
  EPERM: 'the system does not allow it; another program may have the file open',
  EBUSY: 'another program has the file open',
  EROFS: 'the disk can only be read',
  ENOENT: 'the folder is not there',
  ENOTDIR: 'part of its path is a file',
  EISDIR: 'a folder has that name',
  EEXIST: 'a file has that name',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
  EDQUOT: 'its owner may not use more of the disk',
  EIO: 'the disk reports an error',
  EXDEV: 'the folder spans two disks',
  ELOOP: 'a link is in the way',
};

/** Why a file or a folder cannot be written, as part of a sentence: with the system's code, or what the system says where it has no words here. */
export function whyNotWritten(cause: unknown): string {
  const code = errorCode(cause);
  if (code in words) return `${words[code]} (${code})`;
  return cause instanceof Error ? cause.message : String(cause);
}
