import { z } from 'zod';
import { Role, User, UserId, UserName } from '../domain/user.ts';
import type { RequestContract } from './contract.ts';

/** A token is shown this once: only what it hashes to is kept. */
const WithToken = z.strictObject({ user: User, token: z.string() });

export const userRequests = {
  /** By name. */
  'users.list': { input: z.strictObject({}), output: z.strictObject({ users: z.array(User) }) },
  /** Without an id a new one, with a token; with one, another role, which counts at once. Throws `name_taken` and `not_found`. */
  'users.save': {
    input: z.strictObject({ id: UserId.optional(), name: UserName, role: Role }),
    output: WithToken.extend({ token: z.string().nullable() }),
  },
  /** From then on the one before counts no more. */
  'users.new_token': { input: z.strictObject({ id: UserId }), output: WithToken },
  /** Their token counts no more; their operations stay in the history. */
  'users.remove': { input: z.strictObject({ id: UserId }), output: z.strictObject({}) },
} satisfies RequestContract;

export const userEvents = {
  /** Somebody was added or removed, or has another role or key. */
  'users.changed': z.strictObject({}),
} as const;
