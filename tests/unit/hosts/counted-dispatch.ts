import type { ApiOf } from '../../../src-main/api/api.ts';
import type { Caller } from '../../../src-main/api/caller.ts';
import { createDispatcher, type Dispatch, type UnexpectedFailure } from '../../../src-main/api/dispatcher.ts';
import { type RequestName, type Requests, requests } from '../../../src-shared/contract/index.ts';

export interface CountedDispatch {
  readonly dispatch: Dispatch;
  readonly calls: { name: string; input: unknown; client: string }[];
  readonly failures: UnexpectedFailure[];
}

/** The real dispatcher before handlers that count their calls; `answers` stands in for what some of them do. */
export function countedDispatch(
  answers: Partial<Record<RequestName, (input: unknown, caller: Caller) => unknown>> = {},
  note: (failure: UnexpectedFailure) => void = () => undefined,
): CountedDispatch {
  const calls: CountedDispatch['calls'] = [];
  const failures: UnexpectedFailure[] = [];
  const handlers = Object.fromEntries(
    (Object.keys(requests) as RequestName[]).map((name) => [
      name,
      async (input: never, caller: Caller): Promise<unknown> => {
        calls.push({ name, input, client: caller.client });
        return answers[name]?.(input, caller);
      },
    ]),
  ) as ApiOf<Requests>;
  const dispatch = createDispatcher(handlers, {
    asOfNow: async (caller) => caller,
    actorOf: async (id) => (id === 7 ? 'mina' : 'owner'),
    onUnexpected: (failure) => {
      failures.push(failure);
      note(failure);
    },
  });
  return { dispatch, calls, failures };
}
