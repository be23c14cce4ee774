import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';
import { errorCode, isDiskFull } from './error-code.ts';
import { whyNotWritten } from './error-words.ts';

/** How far the writing had come. */
interface WriteState {
  readonly bytes: number;
  /** The whole file stands at its name already. */
  readonly isInPlace: boolean;
  /** A temporary file that could not be removed either. */
  readonly leftover: string | null;
}

const nothingWritten: WriteState = { bytes: 0, isInPlace: false, leftover: null };

/** Turns what the system says about writing a file into `disk_full` or `target_not_writable`. */
export function targetError(cause: unknown, path: string, state: WriteState = nothingWritten): BulkheadError {
  const code = errorCode(cause);
  const why = whyNotWritten(cause);
  const options = { details: { path, bytes: state.bytes, cause: code || why }, cause };
  if (state.isInPlace) {
    const message = `“${path}” is written, but it is not certain to outlast a power cut: ${why}.`;
    return new BulkheadError('target_not_writable', message, options);
  }
  const rest = state.leftover ? ` A temporary file, ${state.leftover}, could not be removed.` : '';
  const stopped = `stopped after ${formatNumber(state.bytes)} bytes`;
  const kept = `A file that stood there before is unchanged.${rest}`;
  if (isDiskFull(cause)) {
    const message = `The disk is full: writing “${path}” ${stopped}. ${kept}`;
    return new BulkheadError('disk_full', message, options);
  }
  const far = state.bytes > 0 ? ` Writing ${stopped}.` : '';
  const message = `“${path}” cannot be written: ${why}.${far} ${kept}`;
  return new BulkheadError('target_not_writable', message, options);
}
