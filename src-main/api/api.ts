import type { z } from 'zod';
import type { RequestContract } from '../../src-shared/contract/contract.ts';
import type { Caller } from './caller.ts';

/** The functions that answer a part of the contract. */
export type ApiOf<C extends RequestContract> = {
  readonly [N in keyof C]: (
    input: z.output<C[N]['input']>,
    caller: Caller,
  ) => Promise<z.input<C[N]['output']>>;
};
