import { ErrorCode, errorCatalogue } from '../../src-shared/contract/errors.ts';

/** What to do after a rule has stopped an operation. A first part that went well says it itself. */
const afterRule: Readonly<Record<string, string>> = {
  too_many_errors: 'Look at what failed, then retry what remains.',
  canary_failed: 'Look at why it failed, then retry what remains.',
  time_limit: 'Retry what remains when there is time for it.',
};

/** The next step after an operation stopped by itself, or null where the reason says it already. */
export function nextAfterStop(code: string): string | null {
  const rule = afterRule[code];
  if (rule !== undefined) return rule;
  const known = ErrorCode.safeParse(code);
  return known.success ? errorCatalogue[known.data].next : null;
}
