import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Builds what changed in a process of its own; ends this one with the same code when that fails. */
export function buildIfChanged() {
  const script = resolve(import.meta.dirname, '../build.mjs');
  // The build's words go to stderr: stdout belongs to the one line that says where the console is.
  const { status } = spawnSync(process.execPath, [script, '--if-changed'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
