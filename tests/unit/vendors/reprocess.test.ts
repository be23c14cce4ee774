import { expect, test } from 'vitest';
import type { Http } from '../../../src-main/remotes/http.ts';
import { HttpFailure } from '../../../src-main/remotes/http-failure.ts';
import { patchRecords } from '../../../src-main/vendors/bulkhead/records.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';

const never = new AbortController().signal;
const delivery: Delivery = {
  key: '1:1:hash',
  recordKey: '7',
  version: 1,
  isAsPulled: true,
  change: {
    kind: 'fields',
    before: { status: 'uploaded', chunks: 0 },
    after: { status: 'ready', chunks: 3 },
  },
};

/** What becomes of the delivery, told to a server of which a question fails: about the video, or about the operation. */
async function outcomeOf(failing: RegExp, failure: HttpFailure): Promise<unknown> {
  const http: Http = {
    ask: async ({ path }) => {
      if (failing.test(path)) throw failure;
      const body = path.includes('reprocess')
        ? { operation_id: '5' }
        : { id: '7', version: 1, deleted: false, status: 'uploaded', chunks: 0, creator: 'mina' };
      return { headers: {}, body };
    },
    lines: () => {
      throw new Error('no stream is asked for');
    },
    close: () => undefined,
  };
  const { key } = delivery;
  const told = { operationId: 1, actor: 'mina', collection: 'videos', key, cursor: null } as const;
  const batch = { ...told, members: [delivery], deliveries: [delivery] };
  for await (const outcome of patchRecords(http, batch, never)) return outcome;
  return null;
}

const shut = new HttpFailure('gate_shut', 'You work without it.');
const tooOften = new HttpFailure(429, 'Too often.', { retryAfterMs: 1_000 });
const gone = new HttpFailure(404, 'There is no such operation.');

test.each([
  ['that the user works without meanwhile', shut],
  ['that is asked too often', tooOften],
  ['that does not know the operation any more', gone],
])('a video that a server was told to process, %s, may have been processed', async (_what, failure) => {
  expect(await outcomeOf(/status/, failure)).toEqual({ key: delivery.key, kind: 'unknown' });
});

test('of a video that could not be looked at before it is sure that nothing happened', async () => {
  expect(await outcomeOf(/videos/, tooOften)).toMatchObject({ kind: 'held' });
});
