import { z } from 'zod';
import { formatNumber } from '../../../../../src-shared/domain/number-words.ts';

/** As many of the ids that are wrong as are named in a refusal. */
const namedIds = 20;

/** A record's number as text: what stands in addresses and, of all but tickets, in bodies. */
export const TextId = z.string().regex(/^[1-9]\d{0,14}$/, 'is not an id');

/**
 * A list of ids, each once. A refusal names the ids that are wrong (`params.ids`); too many are refused before they are
 * looked at one by one.
 */
export function idList<T extends string | number>(id: z.ZodType<T>, max: number): z.ZodType<T[]> {
  return z
    .array(z.unknown())
    .min(1, 'names no record')
    .max(max, { error: () => `names more than ${formatNumber(max)} records` })
    .superRefine((ids, context) => {
      const isId = (value: unknown): boolean => id.safeParse(value).success;
      const wrong = ids.filter((value) => !isId(value));
      if (wrong.length > 0) return complain(context, 'holds what is not an id', wrong);
      const seen = new Set<unknown>();
      const twice = ids.filter((value) => seen.size === seen.add(value).size);
      if (twice.length > 0) complain(context, 'names a record more than once', [...new Set(twice)]);
    })
    .pipe(z.array(id));
}

function complain(context: z.core.$RefinementCtx, message: string, ids: readonly unknown[]): void {
  const named = ids
    .slice(0, namedIds)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 40));
  context.addIssue({ code: 'custom', message: `${message}: ${named.join(', ')}`, params: { ids: named } });
}
