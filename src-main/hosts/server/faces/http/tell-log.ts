import type { ServerOptions } from '../../server.ts';
import { type ApiError, isForeseen } from './api-error.ts';

/** A request as the log names it; its connection says whether the sender has gone. */
interface Asked {
  readonly method?: string | undefined;
  readonly socket: { readonly destroyed: boolean };
}

/**
 * By its code: what is wrong with a request may quote what was sent. What kept the console from answering (5xx) is told
 * where somebody waits for the answer; what the sender did wrong, always.
 */
export function tellLog(
  { method, socket }: Asked,
  error: ApiError,
  id: string,
  { report }: Pick<ServerOptions, 'report'>,
): void {
  if (error.status >= 500 && socket.destroyed) return;
  const facts = { status: error.status, code: error.code, method, request: id };
  if (isForeseen(error)) report('refused', facts);
  else report('unexpected', { ...facts, error: error.cause ?? error });
}
