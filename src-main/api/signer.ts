import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** Signs texts with a secret of the workspace: the same text has the same signature, also after a restart. */
export function createSigner(store: Pick<Store, 'write'>): (text: string) => Promise<string> {
  let secret: string | null = null;
  return async (text) => {
    secret ??= await store.write('keepSecret', { value: randomBytes(32).toString('base64url') });
    return createHmac('sha256', secret).update(text).digest('base64url');
  };
}
