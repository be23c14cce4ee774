/** Which workspace a remote serves, as it says itself: so that it can be known again under another address. */
export const remoteWorkspace = `ALTER TABLE remotes ADD COLUMN workspace TEXT;`;
