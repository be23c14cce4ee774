import type { z } from 'zod';

/** One request: what the renderer sends and what it gets back. */
export interface RequestShape {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}
export type RequestContract = Readonly<Record<string, RequestShape>>;

/** Functions that answer a part of the contract. `C` is the contract object's type. */
export type Handlers<C extends RequestContract> = {
  readonly [K in keyof C]: (input: z.output<C[K]['input']>) => Promise<z.input<C[K]['output']>>;
};
