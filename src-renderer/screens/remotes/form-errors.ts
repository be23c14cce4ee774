import type { ErrorCode, ErrorDto } from '../../../src-shared/contract/errors.ts';
import { RemoteAddress, RemoteName } from '../../../src-shared/domain/remote.ts';
import { lasting } from '../../bridge/error-dto.ts';

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

/** What is wrong with what was typed, by field. A name that is null is known, or may still come from the remote. */
export function whatIsWrong(name: string | null, address: string, token: string): RemoteFormErrors['fields'] {
  return {
    ...(RemoteAddress.safeParse(address).success
      ? {}
      : { address: 'Enter an address like https://desk.example.com.' }),
    ...(token === '' ? { key: 'Enter the access key.' } : {}),
    ...(name === null || RemoteName.safeParse(name).success ? {} : { name: 'Enter a name of one line.' }),
  };
}

/** Puts an error beside the field that can be changed about it. */
export function errorsOf(error: ErrorDto): RemoteFormErrors {
  const field = fieldsByCode[error.code];
  return field
    ? { fields: { [field]: `${error.message} ${error.next}` }, other: null }
    : { fields: {}, other: error };
}

/** What of them still holds when the console is back. */
export function lastingErrors({ fields, other }: RemoteFormErrors): RemoteFormErrors {
  return { fields, other: lasting(other) };
}
