import type { Role } from '../../../src-shared/domain/user.ts';

/** What somebody of a role is called, and what they may do. */
export const roleWords: Readonly<Record<Role, { readonly label: string; readonly may: string }>> = {
  viewer: { label: 'Viewer', may: 'Look only' },
  agent: { label: 'Agent', may: 'Look and change records' },
  admin: { label: 'Admin', may: 'Do everything' },
};
