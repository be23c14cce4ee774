import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../../../api/caller.ts';
import type { Console } from '../../../../console.ts';
import { guard } from '../../guard.ts';
import { Refusal } from '../../refusal.ts';
import { bearerOf, type Session } from '../../session.ts';

/** Who sends a request to the APIs: whoever runs the console, or one of its users. Throws 401, and 403 as the guard does. */
export async function signIn(
  request: IncomingMessage,
  { console, session, port }: { console: Console; session: Session; port: number },
  client: string,
): Promise<Caller> {
  guard(request, 'page', session, port);
  // Of several, `headers` shows the first only.
  if ((request.headersDistinct['authorization'] ?? []).length > 1)
    throw new Refusal(400, 'invalid_request', 'Send one Authorization header.');
  const proof = session.proofOf(request, port);
  if (proof === 'bearer') return console.owner(client);
  if (proof === 'cookie') {
    // A page of the console says where it comes from; other pages cannot.
    guard(request, 'data', session, port);
    return console.owner(client);
  }
  const token = bearerOf(request);
  const user = token === null ? null : await console.userOf(client, token);
  // A name of their own, whatever they call their window: nobody's lists are somebody else's.
  if (user) return { ...user, client: `user ${user.actor} ${client}` };
  const message =
    token === null
      ? 'Send the token of a user of this console as "Authorization: Bearer …".'
      : 'This token does not belong, or no longer belongs, to a user of this console.';
  throw new Refusal(401, 'unauthorized', message);
}

/** Calls `look` whenever tokens or roles may have changed, until the returned function is called. */
export function onChangedRights({ subscribe }: Pick<Console, 'subscribe'>, look: () => void): () => void {
  return subscribe(({ name }) => {
    if (name === 'users.changed' || name === 'workspace.replaced') look();
  });
}
