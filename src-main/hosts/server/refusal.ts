import type { ErrorCode } from '../../../src-shared/contract/errors.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

/** A request that did not get past the door: an HTTP status (4xx) and the coded error that goes with it. */
export class Refusal extends BulkheadError {
  readonly status: number;

  constructor(status: number, code: ErrorCode, message: string) {
    super(code, message);
    this.name = 'Refusal';
    this.status = status;
  }
}
