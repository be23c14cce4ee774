import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfChanged } from './lib/build-if-changed.mjs';
import { requireNode } from './lib/require-node.mjs';

requireNode();
buildIfChanged();
// Arguments go on to electron-builder: `npm run package -- --dir` makes the unpacked application only.
const builder = fileURLToPath(import.meta.resolve('electron-builder/cli.js'));
const { status } = spawnSync(process.execPath, [builder, '--publish', 'never', ...process.argv.slice(2)], {
  cwd: resolve(import.meta.dirname, '..'),
  stdio: 'inherit',
});
process.exit(status ?? 1);
