import { afterEach, beforeEach } from 'vitest';
import { type Harness, startHarness } from '../server-harness.ts';

export interface UsedBrowserHost {
  readonly harness: Harness;
  readonly bearer: { authorization: string };
  /** What the page of the console sends with every request. */
  readonly own: { origin: string; cookie: string };
  address(path: string): string;
  rpc(headers: Record<string, string>, message: unknown): Promise<Response>;
}

/** A host for each test, which takes uploads of up to a million bytes. */
export function useBrowserHost(): UsedBrowserHost {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness({ maxUploadBytes: 1_000_000 });
  });
  afterEach(() => harness.stop());
  const address = (path: string): string => `http://${harness.host}${path}`;
  return {
    get harness() {
      return harness;
    },
    get bearer() {
      return { authorization: `Bearer ${harness.session.token}` };
    },
    get own() {
      return { origin: `http://${harness.host}`, cookie: harness.cookie };
    },
    address,
    rpc: (headers, message) =>
      fetch(address('/rpc'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(message),
      }),
  };
}
