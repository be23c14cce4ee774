import { z } from 'zod';
import { OrderStatus } from '../../../../../src-shared/collections/orders.ts';
import { ApiError } from '../http/api-error.ts';

/** How far a stream has come. */
export const StreamPosition = z
  .strictObject({
    operationId: z.int().positive(),
    /** The last item of that operation that was told. */
    seq: z.int().min(0),
    /** Records that were told before that operation, which goes on where others stopped. */
    before: z.int().min(0),
    /** Errors that were told before and count against the most there may be; none after a stop that was told. */
    errors: z.int().min(0),
    /** Records of the whole. */
    total: z.int().min(0),
    /** What the stream sets the orders to, where it sets a status. */
    status: OrderStatus.optional(),
  })
  .refine(({ seq, before, total }) => before + seq <= total);
export type StreamPosition = z.infer<typeof StreamPosition>;

export function cursorOf(position: StreamPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws 422 for what is no cursor. */
export function readCursor(text: string): StreamPosition {
  try {
    const position = StreamPosition.safeParse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    ).data;
    if (position) return position;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ApiError(422, 'invalid_request', 'resumeFrom is not a cursor of a stream. Nothing was changed.');
}
