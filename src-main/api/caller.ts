import type { Role } from '../../src-shared/domain/user.ts';

/** Who asks: through which window or connection, under which name in the history, and with which rights. */
export interface Caller {
  readonly client: string;
  readonly actor: string;
  readonly role: Role;
}
