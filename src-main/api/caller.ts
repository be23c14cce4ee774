import type { Role } from '../../src-shared/domain/user.ts';

/** Who asks: through which window or connection, under which name in the history, and with which rights. */
export interface Caller {
  readonly client: string;
  readonly actor: string;
  readonly role: Role;
  /** The hash of the key that a user was let in with; whoever runs the console has none. */
  readonly keyHash?: string;
}
