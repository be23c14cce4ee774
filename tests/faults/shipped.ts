import { join } from 'node:path';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `tests/threads/setup.ts` has filled. */
    shipped: string;
  }
}

/** A process under test, or what is to be loaded into one with `--import`, by the name of its source. */
export function shipped(name: string): string {
  return join(inject('shipped'), `${name}.cjs`);
}
