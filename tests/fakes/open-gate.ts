import type { Gate } from '../../src-main/remotes/remote.ts';

/** A gate that is never shut. */
export const openGate: Gate = { shut: () => null, onChange: () => () => undefined };
