import { z } from 'zod';

/**
 * Every way in which Bulkhead says no. The key is the stable code; `next` tells a support agent what to do.
 * The sentence that says what happened comes with the error, because it names the thing it happened to.
 */
export const errorCatalogue = {
  invalid_request: { next: 'Check what was entered and try again.' },
  unknown_request: { next: 'Reload the window; it may be older than the console.' },
  unauthorized: { next: 'Open the address that was printed when the console started; it holds the key.' },
  forbidden: { next: 'Use the console in its own window.' },
  not_found: { next: 'Reload; it may have been removed.' },
  wrong_state: { next: 'Check the state that it is in now, then try again.' },
  nothing_to_do: { next: 'Choose other records or another value.' },
  selection_too_large: { next: 'Use "Select all matching" instead of single records.' },
  file_not_found: { next: 'Choose the file again.' },
  file_not_readable: { next: 'Check that the file exists and that you may read it.' },
  file_empty: { next: 'Export the file again from where it came from.' },
  file_not_text: { next: 'Save it as CSV (comma separated) and import that.' },
  file_encoding: { next: 'Save the file as UTF-8 and import it again.' },
  csv_no_header: { next: 'Add a first line that names the columns.' },
  csv_separator: { next: 'Correct the first line or remove it, then import again.' },
  csv_open_quote: { next: 'Close the quote on the line named, then import again.' },
  csv_long_line: { next: 'Check that the file is a table with one record per line.' },
  csv_ragged: { next: 'Give every line as many fields as the header, then import again.' },
  not_an_export: {
    next: 'Export the records with all columns, edit that file, and leave its columns as they are.',
  },
  mapping_incomplete: { next: 'Choose the column that holds what is missing.' },
  file_changed: { next: 'Choose the file again, then preview the import once more.' },
  target_not_writable: { next: 'Choose another place to save.' },
  limit_exceeded: { next: 'Choose fewer records, or ask whoever looks after Bulkhead to raise the limit.' },
  rate_limited: { next: 'Wait for the time named, then start it again.' },
  not_enough_space: { next: 'Free some space on the disk, then try again.' },
  name_taken: { next: 'Choose another name.' },
  schedule_invalid: { next: 'Correct when it should run, and save it again.' },
  restoring: { next: 'Wait until the backup is in place, then try again.' },
  backup_damaged: { next: 'Choose another backup.' },
  cursor_expired: { next: 'Read everything again, from the beginning.' },
  disk_full: { next: 'Free some space, then resume or try again.' },
  workspace_in_use: { next: 'Close the other console that has this workspace open.' },
  workspace_newer: { next: 'Install the newer version of Bulkhead that made this workspace.' },
  workspace_foreign: { next: 'Choose a folder that holds a Bulkhead workspace, or an empty one.' },
  workspace_not_writable: { next: 'Choose a folder that you may write to, or ask for permission.' },
  workspace_network: { next: 'Choose a folder on a disk of this computer.' },
  workspace_damaged: {
    next: 'Start the console again: it restores the newest backup and keeps the damaged file.',
  },
  storage_error: {
    next: 'Try again; if it happens again, tell whoever looks after Bulkhead: its log says more.',
  },
  storage_busy: { next: 'Close other programs that have the workspace open, then try again.' },
  worker_lost: { next: 'Try again; what was under way was rolled back.' },
  remote_missing: {
    next: 'Connect the console to it again and resume, or cancel the operation.',
  },
  remote_unreachable: { next: 'Check the address and that the system there is running, then try again.' },
  remote_signed_out: { next: 'Use a key that is valid there.' },
  remote_error: { next: 'Check that the address is that of a system Bulkhead can talk to, then try again.' },
  not_available_here: { next: 'Use the desktop application for this.' },
  stopped: { next: 'Start again whenever you like.' },
  stopping: { next: 'Start the console again; what was under way goes on there.' },
  internal: { next: 'Try again; if it happens again, tell whoever looks after Bulkhead: its log says more.' },
} as const;
export type ErrorCode = keyof typeof errorCatalogue;
export const ErrorCode = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]);

/** What passes by itself. */
const retryable: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'storage_busy',
  'restoring',
  'worker_lost',
]);

/** True for an error after which the same thing may succeed a little later; every other one needs a decision first. */
export function isRetryable(code: ErrorCode): boolean {
  return retryable.has(code);
}

/** An error as it crosses a process edge. */
export const ErrorDto = z.strictObject({
  code: ErrorCode,
  /** What happened and what it means for the data, in one or two sentences. */
  message: z.string(),
  /** What to do now. */
  next: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
});
export type ErrorDto = z.infer<typeof ErrorDto>;

/** The one error that Bulkhead throws on purpose. */
export class BulkheadError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDto['details'];

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: ErrorDto['details']; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'BulkheadError';
    this.code = code;
    this.details = options.details;
  }

  toDto(): ErrorDto {
    const dto: ErrorDto = { code: this.code, message: this.message, next: errorCatalogue[this.code].next };
    return this.details ? { ...dto, details: this.details } : dto;
  }

  static fromDto(dto: ErrorDto): BulkheadError {
    return new BulkheadError(dto.code, dto.message, dto.details ? { details: dto.details } : {});
  }
}
