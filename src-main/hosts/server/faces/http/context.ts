import { BulkheadError } from '../../../../../src-shared/contract/errors.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../../../src-shared/contract/index.ts';
import type { Caller } from '../../../../api/caller.ts';
import type { Console } from '../../../../console.ts';
import type { Clock } from '../../../../platform/clock.ts';
import type { Handles } from '../../../handles.ts';
import type { Uploads } from '../../uploads.ts';
import type { Watch } from '../operations/watch.ts';
import type { Admission } from './admission.ts';

/** What the faces work with. */
export interface ApiContext {
  readonly console: Console;
  readonly clock: Clock;
  readonly uploads: Uploads;
  readonly handles: Pick<Handles, 'forget'>;
  readonly admission: Admission;
  readonly watch: Watch;
}

/** Asks the console as the window does: one way in, with the caller's rights. Throws what it answers as a `BulkheadError`. */
export async function ask<N extends RequestName>(
  { console }: { readonly console: Pick<Console, 'handle'> },
  caller: Caller,
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const reply = await console.handle(caller, { name, input });
  if (!reply.ok) throw BulkheadError.fromDto(reply.error);
  // The dispatcher checked the answer against this very request's output.
  return reply.value as RequestOutput<N>;
}
