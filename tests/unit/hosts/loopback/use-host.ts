import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { z } from 'zod';
import { ErrorBody } from '../../../../src-main/hosts/server/faces/http/api-error.ts';
import { ErrorDto } from '../../../../src-shared/contract/errors.ts';
import { secretData } from '../../../fakes/console.ts';
import { type Harness, startHarness } from '../server-harness.ts';
import { type Change, compose } from './compose.ts';

/** As `/rpc` says no, or as the APIs do. */
const Refused = z.union([z.strictObject({ ok: z.literal(false), error: ErrorDto }), ErrorBody]);

export interface LoopbackHost {
  readonly harness: Harness;
  /** The request that is answered, with this changed. */
  compose(change?: Change): string;
  /** A 4xx with a code and the next step, no data and no call. */
  expectRefused(answer: string): void;
}

/** One host for all tests of a file; what reached its console is forgotten before each. */
export function useHost(): LoopbackHost {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.stop());
  beforeEach(() => {
    harness.console.handled.length = 0;
  });
  return {
    get harness() {
      return harness;
    },
    compose: (change) => compose(harness, change),
    expectRefused: (answer) => {
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain(secretData);
      expect(answer).not.toContain(harness.session.token);
      expect(answer.toLowerCase()).not.toContain('access-control-');
      expect(answer.toLowerCase()).not.toContain('set-cookie');
      expect(harness.console.handled).toEqual([]);
      const text = answer.slice(answer.indexOf('\r\n\r\n') + 4);
      // A HEAD is told how long its answer would be.
      if (text === '' && /^content-length: [1-9]/im.test(answer)) return;
      const { error } = Refused.parse(JSON.parse(text));
      expect('next' in error ? error.next : error.details.next).toMatch(/\.$/);
    },
  };
}
