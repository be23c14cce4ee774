import { userInfo } from 'node:os';
import { errorCode } from '../platform/error-code.ts';

/** The name of the system's user who runs the console, or their number if they have no name, as in many containers. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (errorCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
