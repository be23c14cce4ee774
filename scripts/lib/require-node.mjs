/** Ends the script with a sentence when it runs on a Node that the database driver crashes on. */
export function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return;
  process.stderr.write(
    `bulkhead: this is Node ${process.versions.node}, but Bulkhead needs Node 24, which comes with it. Run "npm install" once, then start through npm ("npm start", "npm run serve").\n`,
  );
  process.exit(1);
}
