import type { z } from 'zod';
import type { RequestContract } from '../../src-shared/contract/contract.ts';

/** The functions that answer a part of the contract. `client` names the window that asks. */
export type ApiOf<C extends RequestContract> = {
  readonly [N in keyof C]: (
    input: z.output<C[N]['input']>,
    client: string,
  ) => Promise<z.input<C[N]['output']>>;
};
