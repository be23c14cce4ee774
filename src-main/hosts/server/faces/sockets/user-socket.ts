import { z } from 'zod';
import { isFinal, type Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import { ApiError, toApiError } from '../http/api-error.ts';
import { checked } from '../http/check.ts';
import type { ApiContext } from '../http/context.ts';
import { findOperation, itemsOf } from '../operations/operations.ts';
import { messagesOf } from './bulk-messages.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { Socket } from './socket.ts';

/** Operations that one user follows at a time. */
const maxSubscriptions = 200;

export const SubscribeMessage = z.strictObject({
  type: z.enum(['subscribe', 'unsubscribe']),
  operation_id: z.string().min(1).max(20),
});

interface Follower {
  readonly mailbox: Mailbox;
  readonly subscriptions: Map<number, () => void>;
}

/** Users who follow their operations, also while they are briefly away. */
export interface UserSockets {
  /** Throws 403 for somebody else's name. */
  open(context: ApiContext, caller: Caller, name: string): Promise<(socket: Socket) => void>;
  close(): void;
}

export function createUserSockets(): UserSockets {
  /** By role and name: what somebody may be told with one role is not told to them with another. */
  const followers = new Map<string, Follower>();

  function followerOf({ role, actor }: Caller): Follower {
    const name = `${role} ${actor}`;
    const known = followers.get(name);
    if (known) return known;
    const follower = {
      mailbox: createMailbox(() => forget(name)),
      subscriptions: new Map<number, () => void>(),
    };
    followers.set(name, follower);
    return follower;
  }

  function forget(name: string): void {
    for (const stop of followers.get(name)?.subscriptions.values() ?? []) stop();
    followers.delete(name);
  }

  async function take(context: ApiContext, caller: Caller, follower: Follower, text: string): Promise<void> {
    const { type, operation_id: id } = checked(SubscribeMessage, parse(text), 'body');
    const { mailbox, subscriptions } = follower;
    const operation = await findOperation(context, caller, id);
    if (type === 'unsubscribe') {
      subscriptions.get(operation.id)?.();
      subscriptions.delete(operation.id);
      return mailbox.tell({ type: 'unsubscribed', operation_id: id });
    }
    if (subscriptions.size >= maxSubscriptions && !subscriptions.has(operation.id))
      throw new ApiError(
        429,
        'too_many_subscriptions',
        `At most ${maxSubscriptions} operations can be followed at a time.`,
      );
    mailbox.tell({ type: 'subscribed', operation_id: id });
    if (!subscriptions.has(operation.id)) follow(context, caller, follower, operation.id);
  }

  return {
    open: async (context, caller, name) => {
      if (nameOf(name) !== caller.actor)
        throw new ApiError(403, 'forbidden', `This is not the address of ${caller.actor}.`);
      return (socket) => {
        const follower = followerOf(caller);
        follower.mailbox.attach(socket);
        socket.onMessage((text) => {
          take(context, caller, follower, text).catch((error: unknown) => {
            const told = toApiError(error);
            if (told.status >= 500) socket.fail(error);
            else socket.send({ type: 'error', ...told.toBody() });
          });
        });
      };
    },
    close: () => {
      for (const name of followers.keys()) forget(name);
    },
  };
}

/** Tells a follower how an operation stands, now and whenever it moves on, until it has ended. */
function follow(context: ApiContext, caller: Caller, { mailbox, subscriptions }: Follower, id: number): void {
  let telling = Promise.resolve();
  let isNew = true;
  /** The last item whose record was told of as changed. */
  let reached = 0;

  async function tell(operation: Operation): Promise<void> {
    if (!subscriptions.has(id)) return;
    const messages = await messagesOf(context, caller, operation, isNew && operation.startedAt !== null);
    if (isNew && operation.startedAt !== null) {
      isNew = false;
      for (const message of messages.splice(0, 1)) mailbox.tell(message);
    }
    if (operation.collection === 'sessions') {
      for await (const items of itemsOf(context, caller, id, { states: ['done'], after: reached })) {
        reached = items.at(-1)?.seq ?? reached;
        const ids = items.map(({ recordId }) => String(recordId));
        mailbox.tell({ type: 'sessions_updated', operation_id: String(id), session_ids: ids });
      }
    }
    for (const message of messages) mailbox.tell(message);
    if (!isFinal(operation.state)) return;
    subscriptions.get(id)?.();
    subscriptions.delete(id);
  }

  const fail = (error: unknown): void =>
    mailbox.tell({ type: 'error', operation_id: String(id), ...toApiError(error).toBody() });
  const inTurn = (operation: Operation): void => {
    telling = telling.then(() => tell(operation)).catch(fail);
  };
  subscriptions.set(id, context.watch.followFromNow(caller, id, inTurn, fail));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'invalid_request', 'The message is not JSON.');
  }
}

function nameOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
