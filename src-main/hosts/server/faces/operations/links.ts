import { timingSafeEqual } from 'node:crypto';
import type { Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import { ApiError } from '../http/api-error.ts';
import type { ApiContext } from '../http/context.ts';
import { downloadMs } from '../http/limits.ts';

/** When the link to an operation's file expires, or null if there is no file. */
export function linkEndsAt({ file, endedAt }: Operation): number | null {
  return file && endedAt !== null ? endedAt + downloadMs : null;
}

/** The address of the file that the caller's operation wrote, signed, or null where there is none or its time is over. */
export async function linkTo(
  context: ApiContext,
  caller: Caller,
  operation: Operation,
): Promise<string | null> {
  const endsAt = linkEndsAt(operation);
  if (operation.actor !== caller.actor || endsAt === null || endsAt <= context.clock.now()) return null;
  const claim = `${operation.id}.${endsAt}`;
  return `/api/download/${claim}.${await context.console.sign(claim)}`;
}

/** The operation that a link was made for, and until when it counts. Throws 404 for a link that was not made here. */
export async function readLink(
  context: ApiContext,
  link: string,
): Promise<{ operationId: number; endsAt: number }> {
  const [, id = '', endsAt = '', signature = ''] = /^(\d{1,15})\.(\d{1,15})\.([\w-]{43})$/.exec(link) ?? [];
  const right = Buffer.from(await context.console.sign(`${id}.${endsAt}`));
  const given = Buffer.from(signature);
  if (given.length === right.length && timingSafeEqual(given, right))
    return { operationId: Number(id), endsAt: Number(endsAt) };
  throw noSuchFile();
}

export function noSuchFile(): ApiError {
  return new ApiError(404, 'not_found', 'There is no such file.');
}
