import { z } from 'zod';
import { plainDataProblem } from '../../../../api/plain-data.ts';
import { printable } from '../../../../platform/printable.ts';
import { ApiError } from './api-error.ts';

const namedProblems = 10;
const longestProblem = 300;

/** A number in the query of an address. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** What was sent, as its schema has it. Throws 422 that names each thing that is wrong, with the ids where it is about ids. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: 'body' | 'query'): T {
  const unsafe = plainDataProblem(value);
  if (unsafe !== null) throw refused([`the ${what} ${unsafe}`], []);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.slice(0, namedProblems).map(problemOf);
  if (issues.length > namedProblems) problems.push(`and ${issues.length - namedProblems} more`);
  const ids = issues.flatMap((issue) => (issue.code === 'custom' ? idsOf(issue.params) : []));
  throw refused(problems, ids);
}

function refused(problems: string[], ids: string[]): ApiError {
  return new ApiError(422, 'invalid_request', `${problems.join('; ')}. Nothing was changed.`, {
    details: { problems, ...(ids.length > 0 && { ids }) },
  });
}

function problemOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  const message = issue.message.endsWith('received undefined') ? 'is missing' : issue.message;
  return printable(path === '' ? message : `${path}: ${message}`, longestProblem);
}

const WithIds = z.object({ ids: z.array(z.string()) });

function idsOf(params: unknown): string[] {
  return WithIds.safeParse(params).data?.ids ?? [];
}
