import { z } from 'zod';
import { BulkheadError, type ErrorCode, type ErrorDto } from '../../../../../src-shared/contract/errors.ts';
import { Refusal } from '../../refusal.ts';
import { type RefusalStatus, refusals, unexpected } from '../../refusal-words.ts';

/** What every refusal looks like, on every path. */
export const ErrorBody = z.strictObject({
  error: z.strictObject({
    /** Stable. */
    code: z.string(),
    message: z.string(),
    /** What to do now, and what else there is to know. */
    details: z.object({ next: z.string() }).catchall(z.union([z.string(), z.number(), z.array(z.string())])),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** A refusal by the APIs: an HTTP status and a stable code. */
export class ApiError extends Error {
  readonly status: RefusalStatus;
  readonly code: string;
  readonly details: ErrorDto['details'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RefusalStatus,
    code: string,
    message: string,
    more: { details?: ErrorDto['details']; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = more.details;
    this.headers = more.headers ?? {};
  }

  toBody(): ErrorBody {
    const { code, message, details } = this;
    return { error: { code, message, details: { ...details, next: refusals[this.status].next } } };
  }
}

/** False where somebody has to look into it; a console that cannot for the moment, or has no room, says all there is to say. */
export function isForeseen({ status }: ApiError): boolean {
  return status !== 500;
}

/** A refusal for a while (429), until so many ms from now. */
export function tooSoon(code: string, message: string, retryAfterMs: number): ApiError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  const headers = { 'retry-after': String(seconds) };
  return new ApiError(429, code, message, { details: { retry_after_seconds: seconds }, headers });
}

/** What is not said here is nobody's fault but the console's. */
const statuses: ReadonlyMap<string, RefusalStatus> = new Map(
  Object.entries({
    invalid_request: 422,
    unauthorized: 401,
    forbidden: 403,
    not_found: 404,
    wrong_state: 409,
    name_taken: 409,
    nothing_to_do: 422,
    selection_too_large: 422,
    limit_exceeded: 422,
    file_empty: 422,
    file_not_text: 422,
    file_encoding: 422,
    csv_no_header: 422,
    csv_separator: 422,
    csv_open_quote: 422,
    csv_long_line: 422,
    csv_ragged: 422,
    not_an_export: 422,
    mapping_incomplete: 422,
    cursor_expired: 410,
    restoring: 503,
    stopping: 503,
    storage_busy: 503,
    worker_lost: 503,
    disk_full: 507,
    not_enough_space: 507,
  } satisfies Partial<Record<ErrorCode, RefusalStatus>>),
);

/** The status that goes with a code of the catalogue; another one for codes that say nothing about it. */
export function statusOf(code: string, otherwise: RefusalStatus): RefusalStatus {
  return statuses.get(code) ?? otherwise;
}

/** Any error as a refusal; one that nobody foresaw as 500, without its inner words. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Refusal) {
    const { status, code, message, headers } = error;
    return new ApiError(status, code, message, { headers });
  }
  if (error instanceof BulkheadError) {
    const { code, message, details } = error;
    if (code === 'rate_limited') return tooSoon(code, message, Number(details?.['retryAfterMs'] ?? 1_000));
    const status = statusOf(code, 500);
    const headers = status === 503 ? { 'retry-after': '1' } : {};
    // What was asked of the console for it is none of the sender's business; what was wrong is.
    const problems = code === 'invalid_request' ? details?.['problems'] : undefined;
    const told = Array.isArray(problems) ? `${problems.join('; ')}. Nothing was changed.` : message;
    return new ApiError(status, code, told, { ...(details && { details }), headers, cause: error });
  }
  return new ApiError(500, 'internal', unexpected, { cause: error });
}
