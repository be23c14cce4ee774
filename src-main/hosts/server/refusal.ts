import type { ErrorCode } from '../../../src-shared/contract/errors.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { RefusalStatus } from './refusal-words.ts';

/** A request that did not get past the door: an HTTP status (4xx) and the coded error that goes with it. */
export class Refusal extends BulkheadError {
  readonly status: RefusalStatus;
  /** What HTTP asks for beside the status. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RefusalStatus,
    code: ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = status === 401 ? { 'www-authenticate': 'Bearer' } : {},
  ) {
    super(code, message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}
