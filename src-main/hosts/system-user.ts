import { userInfo } from 'node:os';
import { errorCode } from '../platform/error-code.ts';

/** What the system calls whoever runs the console; their number where it has no name for them, as in many containers. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (errorCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
