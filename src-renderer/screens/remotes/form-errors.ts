import type { ErrorCode, ErrorDto } from '../../../src-shared/contract/errors.ts';

export type RemoteFormField = 'name' | 'address' | 'key';

const fieldsByCode: Partial<Record<ErrorCode, RemoteFormField>> = {
  name_taken: 'name',
  remote_unreachable: 'address',
  remote_error: 'address',
  remote_signed_out: 'key',
};

export interface RemoteFormErrors {
  readonly fields: Partial<Record<RemoteFormField, string>>;
  /** What belongs to none of the fields. */
  readonly other: ErrorDto | null;
}

export const noErrors: RemoteFormErrors = { fields: {}, other: null };

/** Puts an error beside the field that can be changed about it. */
export function errorsOf(error: ErrorDto): RemoteFormErrors {
  const field = fieldsByCode[error.code];
  return field
    ? { fields: { [field]: `${error.message} ${error.next}` }, other: null }
    : { fields: {}, other: error };
}
