import { BulkheadError, type ErrorDto } from '../../src-shared/contract/errors.ts';

/** Whatever was thrown, as the three parts that a person reads. */
export function toErrorDto(error: unknown): ErrorDto {
  if (error instanceof BulkheadError) return error.toDto();
  const message = error instanceof Error ? error.message : String(error);
  return new BulkheadError(
    'internal',
    `Something in the window went wrong: ${message}. No data was touched.`,
  ).toDto();
}

/** What of an error still holds when the console is back: that it could not be reached is no news then. */
export function lasting(error: ErrorDto | null): ErrorDto | null {
  return error?.code === 'stopping' ? null : error;
}
