import { ErrorBody } from '../../../../src-main/hosts/server/faces/http/api-error.ts';
import { Reply } from '../../../../src-shared/contract/index.ts';
import type { Answer } from './exchange.ts';

/** The status and the code; where it is no refusal as it should be, what was sent as well. */
export function outcomeOf(answer: Answer | undefined, sent: Buffer): string {
  const shown = JSON.stringify(sent.toString('latin1').slice(0, 1_000));
  if (!answer) return `nothing to ${shown}`;
  if (/^set-cookie:/im.test(answer.head)) return `a session to ${shown}`;
  const code = codeOf(answer.body);
  return code === null ? `${answer.status} without a code: to ${shown}` : `${answer.status} ${code}`;
}

function codeOf(body: Buffer): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return null;
  }
  const reply = Reply.safeParse(value).data;
  if (reply) return reply.ok ? 'answered' : reply.error.code;
  return ErrorBody.safeParse(value).data?.error.code ?? null;
}
