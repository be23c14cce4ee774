import type { z } from 'zod';

/** One request: what the renderer sends and what it gets back. */
export interface RequestShape {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}
export type RequestContract = Readonly<Record<string, RequestShape>>;
