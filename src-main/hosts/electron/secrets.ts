import { safeStorage } from 'electron';
import type { Seal } from '../../platform/secret-file.ts';

/**
 * Secrets are sealed with a key that the system keeps for this user. A Linux without a key store has only one that
 * everybody knows (`basic_text`): there nothing is written.
 */
export const systemSeal: Seal = {
  seal: (secret) => (isSafe() ? safeStorage.encryptString(secret).toString('base64') : null),
  unseal: (sealed) => (isSafe() ? safeStorage.decryptString(Buffer.from(sealed, 'base64')) : null),
};

function isSafe(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}
