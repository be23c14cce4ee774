import { z } from 'zod';

/** What someone may do, each including what the one before may: look, change records, look after the console. */
export const roles = ['viewer', 'agent', 'admin'] as const;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

export function hasRole(actual: Role, least: Role): boolean {
  return roles.indexOf(actual) >= roles.indexOf(least);
}

export const UserId = z.int().positive();

/** As it stands in addresses and in the history: letters, digits, and `.`, `_`, `-`, `@` between them. */
export const UserName = z
  .string()
  .min(1)
  .max(64)
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{N}._@-]*[\p{L}\p{N}])?$/u,
    'is not a name: letters, digits, and . _ @ - between them',
  );

/** Someone other than the owner who uses the console through its server. */
export const User = z.strictObject({
  id: UserId,
  name: UserName,
  role: Role,
  createdAt: z.int(),
  /** When the token that counts was given out. */
  tokenAt: z.int(),
});
export type User = z.infer<typeof User>;
