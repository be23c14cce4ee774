import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { app } from 'electron';
import packageJson from '../../../package.json' with { type: 'json' };
import { openConsole } from '../../console.ts';
import { readBundle } from '../bundle.ts';
import { defaultWorkspace } from '../default-workspace.ts';
import { createLog } from '../log.ts';
import { systemUser } from '../system-user.ts';
import { startDesktop } from './start.ts';

// Electron and Chromium take arguments of their own from the same line; only ours is of interest here.
const { values } = parseArgs({
  // A packaged application has no script path before its arguments.
  args: process.argv.slice(app.isPackaged ? 1 : 2),
  options: { workspace: { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const log = createLog(app.getPath('logs'));

void startDesktop({
  openConsole,
  workspace: resolve(typeof values.workspace === 'string' ? values.workspace : defaultWorkspace()),
  version: packageJson.version,
  actor: systemUser(),
  readBundle: () => readBundle(resolve(import.meta.dirname, '../renderer')),
  preload: resolve(import.meta.dirname, 'preload.cjs'),
  denied: (what, facts) => log.warn({ ...facts, what }, 'denied'),
  report: (error, context) => log.error({ err: error, context }, 'unexpected failure'),
});
