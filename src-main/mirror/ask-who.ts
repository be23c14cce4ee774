import { BulkheadError, type ErrorCode } from '../../src-shared/contract/errors.ts';
import { type Connection, RemoteError, type RemoteErrorKind } from '../remotes/remote.ts';
import type { OpenedRemote } from './ports.ts';

/** How long somebody who waits for it wants to wait. */
const patienceMs = 20_000;

const codes: Readonly<Record<RemoteErrorKind, ErrorCode>> = {
  unreachable: 'remote_unreachable',
  rate_limited: 'remote_unreachable',
  auth: 'remote_signed_out',
  cursor_expired: 'remote_error',
  refused: 'remote_error',
  protocol: 'remote_error',
};

/** Asks a remote who its key makes us, and closes it. Throws `remote_unreachable`, `remote_signed_out`, `remote_error`. */
export async function askWho(remote: OpenedRemote, address: string): Promise<Connection> {
  try {
    return await remote.connect(AbortSignal.timeout(patienceMs));
  } catch (cause) {
    const code = cause instanceof RemoteError ? codes[cause.kind] : 'remote_unreachable';
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new BulkheadError(code, `${address} cannot be used. ${said} Nothing was changed.`, { cause });
  } finally {
    remote.gate.close();
  }
}
