import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { RequestInput, RequestName } from '../../src-shared/contract/index.ts';
import { hasRole } from '../../src-shared/domain/user.ts';
import type { Caller } from './caller.ts';

/** The operations that a request is about: those that it names, and those whose items it selects. */
type Named = { readonly [N in RequestName]?: (input: RequestInput<N>) => readonly number[] };

const byId = ({ id }: { id: number }): number[] => [id];

const named: Named = {
  'operations.plan': ({ selection }) => (selection.mode === 'items' ? [selection.operationId] : []),
  'operations.undo': byId,
  'operations.retry': byId,
  'operations.settle_unknown': byId,
  'operations.start': byId,
  'operations.pin': byId,
  'operations.pause': byId,
  'operations.resume': byId,
  'operations.cancel': byId,
  'operations.discard': byId,
  'operations.dismiss': byId,
  'operations.get': byId,
  'operations.items': byId,
  'operations.journal': byId,
  'files.reveal': ({ operationId }) => [operationId],
  'imports.rejected': byId,
  'imports.save_rejected': byId,
};

/** True where someone sees what everybody did; others see what they did themselves. */
export function seesAll({ role }: Caller): boolean {
  return hasRole(role, 'admin');
}

/** Whose operations a caller is shown; undefined for everybody's. */
export function whose(caller: Caller, isOwn: boolean): string | undefined {
  return isOwn || !seesAll(caller) ? caller.actor : undefined;
}

/** Throws `not_found`, as for one that there is not, where a request is about an operation of somebody else. */
export async function assertOwn(
  caller: Caller,
  call: { name: RequestName; input: unknown },
  actorOf: (operationId: number) => Promise<string>,
): Promise<void> {
  if (seesAll(caller)) return;
  const operationsOf: ((input: never) => readonly number[]) | undefined = named[call.name];
  // The input was parsed with this very name's schema; TypeScript cannot follow a name that is a union.
  for (const id of operationsOf?.(call.input as never) ?? []) {
    if ((await actorOf(id)) !== caller.actor) throw new BulkheadError('not_found', noOperation(id));
  }
}

function noOperation(id: number): string {
  return `There is no operation ${id} in this workspace's history.`;
}
