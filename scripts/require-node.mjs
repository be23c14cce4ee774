// Imported first by every script: an older Node crashes in the native SQLite module without a word.
// This file must run on any Node that knows ES modules.

/** The sentence to print when a script runs under a Node that is too old; null when it is fine. */
export function complaintAbout(nodeVersion) {
  if (Number(nodeVersion.split('.')[0]) >= 24) return null;
  return (
    `Bulkhead needs Node 24 or newer and this is Node ${nodeVersion}: ` +
    'run `npm ci`, which brings Node 24 along, and start the scripts through npm (`npm test`, `npm start`).'
  );
}

const complaint = complaintAbout(process.versions.node);
if (complaint !== null) {
  process.stderr.write(`${complaint}\n`);
  process.exit(1);
}
