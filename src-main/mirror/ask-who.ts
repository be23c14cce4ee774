import { BulkheadError, type ErrorCode } from '../../src-shared/contract/errors.ts';
import { type Connection, RemoteError, type RemoteErrorKind } from '../remotes/remote.ts';
import type { OpenedRemote } from './ports.ts';

/** How long somebody who waits for it wants to wait. */
const patienceMs = 20_000;

const notAsExpected = {
  code: 'remote_error',
  words: 'answers, but not as a system that Bulkhead can talk to',
} as const;
const sayings: Readonly<Record<RemoteErrorKind, { readonly code: ErrorCode; readonly words: string }>> = {
  unreachable: { code: 'remote_unreachable', words: 'does not answer' },
  rate_limited: { code: 'remote_unreachable', words: 'asks for a pause' },
  auth: { code: 'remote_signed_out', words: 'does not take this key' },
  cursor_expired: notAsExpected,
  refused: notAsExpected,
  protocol: notAsExpected,
};

/** Asks a remote who its key makes us, and closes it. Throws `remote_unreachable`, `remote_signed_out`, `remote_error`. */
export async function askWho(remote: OpenedRemote, address: string): Promise<Connection> {
  try {
    return await remote.connect(AbortSignal.timeout(patienceMs));
  } catch (cause) {
    // Whatever else stops it is that nothing came in time.
    const { code, words } = sayings[cause instanceof RemoteError ? cause.kind : 'unreachable'];
    throw new BulkheadError(code, `${address} ${words}. Nothing was changed.`, { cause });
  } finally {
    remote.gate.close();
  }
}
