/**
 * Which workspace a remote serves, as it says itself, so that it can be known again under another address; and who keeps a
 * change after a conflict, in whose name it is made again.
 */
export const who = `
ALTER TABLE remotes ADD COLUMN workspace TEXT;
ALTER TABLE kept_changes ADD COLUMN actor TEXT;
`;
