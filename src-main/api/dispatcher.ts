import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { mayAsk } from '../../src-shared/contract/access.ts';
import { BulkheadError, type ErrorCode } from '../../src-shared/contract/errors.ts';
import {
  type Reply,
  RequestMessage,
  type RequestName,
  type Requests,
  requests,
} from '../../src-shared/contract/index.ts';
import { printable } from '../platform/printable.ts';
import type { ApiOf } from './api.ts';
import type { Caller } from './caller.ts';
import { assertOwn } from './ownership.ts';
import { plainDataProblem } from './plain-data.ts';

/** Something that nobody foresaw. `reference` is what the user was shown for an error without a code of its own. */
export interface UnexpectedFailure {
  readonly reference: string;
  readonly request: string;
  readonly error: unknown;
}

export type Dispatch = (caller: Caller, message: unknown) => Promise<Reply>;

/** Errors with a code whose next step sends the user to the log: it has to have them. */
const loggedCodes: readonly ErrorCode[] = ['storage_error', 'workspace_damaged', 'internal'];

/** Characters of what was sent, or of what is wrong with it, that a refusal quotes. */
const longestWords = 200;

type AnyHandler = (input: never, caller: Caller) => Promise<unknown>;

export interface DispatcherPorts {
  /** Whoever asks, with the rights of now. Throws `forbidden` where nothing is left of them. */
  asOfNow(caller: Caller): Promise<Caller>;
  /** Whose operation it is. Throws `not_found`. */
  actorOf(operationId: number): Promise<string>;
  onUnexpected(failure: UnexpectedFailure): void;
}

/**
 * The only way into the console, for every host: checks the message against the contract and the caller's rights, calls
 * the handler, checks its answer, and turns every error into a reply with a code. Never rejects.
 */
export function createDispatcher(
  handlers: ApiOf<Requests>,
  { asOfNow, actorOf, onUnexpected }: DispatcherPorts,
): Dispatch {
  return async (asking, message) => {
    let request = 'unknown';
    try {
      const call = admit(message);
      request = call.name;
      const caller = await asOfNow(asking);
      if (!mayAsk(caller.role, call.name)) throw notAllowed(caller, call.name);
      await assertOwn(caller, call, actorOf);
      const handler: AnyHandler = handlers[call.name];
      // The input was parsed with this very name's schema; TypeScript cannot follow a name that is a union.
      const answer = await handler(call.input as never, caller);
      return { ok: true, value: checkAnswer(call.name, answer) };
    } catch (error) {
      return { ok: false, error: toError(error, request, onUnexpected).toDto() };
    }
  };
}

function admit(message: unknown): { name: RequestName; input: unknown } {
  let problem: string | null;
  try {
    problem = plainDataProblem(message);
    if (problem === null) return parse(message);
  } catch (error) {
    if (error instanceof BulkheadError) throw error;
    // A getter or proxy that throws: such a message cannot come from our window.
    throw new BulkheadError('invalid_request', 'The request could not be read. Nothing was changed.', {
      cause: error,
    });
  }
  throw new BulkheadError('invalid_request', `The request ${problem}. Nothing was changed.`);
}

function parse(message: unknown): { name: RequestName; input: unknown } {
  const envelope = RequestMessage.safeParse(message);
  if (!envelope.success) throw invalidRequest(envelope.error, 'The request');
  const { name } = envelope.data;
  if (!isRequestName(name)) {
    throw new BulkheadError(
      'unknown_request',
      `There is no request called "${printable(name, longestWords)}". Nothing was changed.`,
    );
  }
  const input = requests[name].input.safeParse(envelope.data.input);
  if (!input.success) throw invalidRequest(input.error, `The request ${name}`);
  return { name, input: input.data };
}

function notAllowed({ actor, role }: Caller, name: RequestName): BulkheadError {
  return new BulkheadError(
    'forbidden',
    `${actor} may not ask for ${name} (with the role ${role}). Nothing was changed.`,
  );
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

function checkAnswer(name: RequestName, answer: unknown): unknown {
  const checked = requests[name].output.safeParse(answer);
  if (checked.success) return checked.data;
  throw new Error(`The answer to ${name} breaks the contract: ${problemsOf(checked.error).join('; ')}`);
}

function toError(
  error: unknown,
  request: string,
  onUnexpected: (failure: UnexpectedFailure) => void,
): BulkheadError {
  const isCoded = error instanceof BulkheadError;
  if (isCoded && !loggedCodes.includes(error.code)) return error;
  if (error instanceof z.ZodError) return invalidRequest(error, `The request ${request}`);
  const reference = randomUUID().slice(0, 8);
  try {
    onUnexpected({ reference, request, error });
  } catch {
    // The reporter has nobody to report to; the user still gets the reference.
  }
  if (isCoded) return error;
  return new BulkheadError(
    'internal',
    `Something unexpected happened (reference ${reference}). What was already stored is safe; this request may not have been carried out.`,
    { details: { reference }, cause: error },
  );
}

function invalidRequest(error: z.ZodError, subject: string): BulkheadError {
  const problems = problemsOf(error);
  const more = error.issues.length - problems.length;
  const text = problems.join('; ') + (more > 0 ? ` and ${more} more` : '');
  return new BulkheadError('invalid_request', `${subject} was refused: ${text}. Nothing was changed.`, {
    details: { problems },
  });
}

/** The first few problems as `path: what is wrong`. */
function problemsOf(error: z.ZodError): string[] {
  return error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.map(String).join('.');
    return printable(path === '' ? issue.message : `${path}: ${issue.message}`, longestWords);
  });
}
