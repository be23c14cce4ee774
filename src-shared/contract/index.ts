import { z } from 'zod';
import { actionRequests } from './actions.ts';
import { appEvents, appRequests } from './app.ts';
import type { RequestContract } from './contract.ts';
import { ErrorDto } from './errors.ts';
import { fileEvents, fileRequests } from './files.ts';
import { historyEvents, historyRequests } from './history.ts';
import { operationEvents, operationRequests } from './operations.ts';
import { recordRequests } from './records.ts';
import { remoteEvents, remoteRequests } from './remotes.ts';
import { scheduleEvents, scheduleRequests } from './schedules.ts';
import { storageEvents, storageRequests } from './storage.ts';
import { userEvents, userRequests } from './users.ts';

/**
 * Every request of the window, declared once. Inputs and answers are parsed where they enter a process and where they
 * leave one.
 */
export const requests = {
  ...appRequests,
  ...actionRequests,
  ...recordRequests,
  ...operationRequests,
  ...fileRequests,
  ...historyRequests,
  ...scheduleRequests,
  ...storageRequests,
  ...remoteRequests,
  ...userRequests,
} satisfies RequestContract;
export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type RequestInput<N extends RequestName> = z.input<Requests[N]['input']>;
export type RequestOutput<N extends RequestName> = z.output<Requests[N]['output']>;

/** Everything the console may tell. */
export const events = {
  ...appEvents,
  ...operationEvents,
  ...fileEvents,
  ...historyEvents,
  ...scheduleEvents,
  ...storageEvents,
  ...remoteEvents,
  ...userEvents,
} as const;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** An event with its name, to be told apart by it. */
export type ConsoleEvent = {
  [N in EventName]: { readonly name: N; readonly payload: EventPayload<N> };
}[EventName];

/** A request or an event on the wire, in both hosts. */
export const RequestMessage = z.strictObject({ name: z.string().max(100), input: z.unknown() });
export const EventMessage = z.strictObject({
  name: z.enum(Object.keys(events) as [EventName, ...EventName[]]),
  payload: z.unknown(),
});
export type EventMessage = z.infer<typeof EventMessage>;

/** Every request is answered with one of these; a host never answers anything else. */
export const Reply = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: ErrorDto }),
]);
export type Reply = z.infer<typeof Reply>;
