import { beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../../../src-main/api/caller.ts';
import { ErrorDto } from '../../../../src-shared/contract/errors.ts';
import { type RequestName, requests } from '../../../../src-shared/contract/index.ts';
import { seed } from '../../../builders/property.ts';
import { randomFrom } from '../../../builders/random.ts';
import { size } from '../../../faults/size.ts';
import { countedDispatch } from '../counted-dispatch.ts';
import { malformedMessages } from '../malformed.ts';
import { heldBytes } from './held-bytes.ts';

const names = Object.keys(requests) as RequestName[];
const owner: Caller = { client: 'w', actor: 'owner', role: 'admin' };
const perRequest = size({ short: 500, long: 10_000 });
let bytesBefore: number;

beforeAll(() => {
  bytesBefore = heldBytes();
});

test.each(names)('malformed messages to %s are refused', async (name) => {
  const { dispatch, calls, failures } = countedDispatch();
  const random = randomFrom(seed + names.indexOf(name));
  // Looked at together: an assertion takes longer than a message.
  const codes = new Set<string>();
  for (const message of malformedMessages(name, perRequest, random)) {
    const reply = await dispatch(owner, message);
    codes.add(reply.ok ? 'answered' : ErrorDto.parse(reply.error).code);
  }
  expect(codes).toEqual(new Set(['invalid_request', 'unknown_request']));
  expect(calls).toEqual([]);
  expect(failures).toEqual([]);
  expect(Reflect.ownKeys(Object.prototype)).not.toContain('isAdmin');
});

test('malformed messages leave no memory behind', () => {
  const grownMb = (heldBytes() - bytesBefore) / 1e6;
  process.stdout.write(
    `${names.length} requests, ${perRequest} messages each: ${grownMb.toFixed(0)} MB more\n`,
  );
  expect(grownMb).toBeLessThan(50);
});
