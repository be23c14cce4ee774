import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buildIfChanged } from './lib/build-if-changed.mjs';
import { requireNode } from './lib/require-node.mjs';

requireNode();
const { defaultWorkspace } = await import('../src-main/hosts/default-workspace.ts');

const root = resolve(import.meta.dirname, '..');
/** Fetching Electron's binary takes a minute on a slow line; longer means that it will not come. */
const fetchLimitMs = 120_000;
/** How Electron ends when the system lets it have no window or no sandbox. */
const failedStartCodes = new Set([126, 127, 133, 134, 139]);

const given = process.argv.slice(2);
if (given.includes('--help') || given.includes('-h')) {
  process.stdout.write('Usage: npm start [-- --workspace <folder>]\n');
  process.exit(0);
}
const args = given.some((arg) => arg.startsWith('--workspace'))
  ? given
  : ['--workspace', usualWorkspace(), ...given];
const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);

buildIfChanged();
const problem = whyNoElectron();
if (problem === null) startElectron();
else startInBrowser(problem);

/** Where this system keeps an application's data, for who has a home there. */
function usualWorkspace() {
  try {
    return defaultWorkspace();
  } catch (error) {
    process.stderr.write(
      `bulkhead: this user has no home folder (${error.message}). Say which folder the workspace is in: npm start -- --workspace <folder>.\n`,
    );
    process.exit(2);
  }
}

/** Why the desktop window cannot open here, or null when nothing speaks against it. */
function whyNoElectron() {
  if (!hasDisplay) return 'there is no display';
  if (process.platform === 'linux' && process.getuid() === 0)
    return 'Electron has no sandbox when it runs as root';
  if (electronBinary() !== null) return null;
  process.stderr.write('Fetching the Electron binary, once...\n');
  const fetched = spawnSync(process.execPath, [join(electronFolder(), 'install.js')], {
    stdio: 'ignore',
    timeout: fetchLimitMs,
    killSignal: 'SIGKILL',
  });
  return fetched.status === 0 && electronBinary() !== null
    ? null
    : 'the Electron binary could not be fetched';
}

function electronFolder() {
  return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
}

function electronBinary() {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const path = join(electronFolder(), 'dist', names[process.platform] ?? 'electron');
  return existsSync(path) ? path : null;
}

function startElectron() {
  const app = spawn(electronBinary(), [root, ...args], { stdio: 'inherit' });
  passSignalsTo(app);
  app.on('error', (error) => startInBrowser(`Electron could not start (${error.message})`));
  app.on('exit', (code, signal) => {
    if (signal === 'SIGTRAP' || signal === 'SIGABRT' || signal === 'SIGSEGV' || failedStartCodes.has(code)) {
      startInBrowser(`Electron could not start (${signal ?? `exit code ${code}`})`);
    } else process.exitCode = code ?? 1;
  });
}

function startInBrowser(reason) {
  const canOpen = hasDisplay || Boolean(process.env.BROWSER);
  const server = spawn(
    process.execPath,
    [join(root, 'out/main/server.cjs'), ...args, ...(canOpen ? ['--open'] : [])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BULKHEAD_LOG_LEVEL: process.env.BULKHEAD_LOG_LEVEL ?? 'warn' },
    },
  );
  passSignalsTo(server);
  createInterface({ input: server.stdout }).once('line', (line) => {
    process.stdout.write(`Bulkhead runs in the browser, because ${reason}: ${JSON.parse(line).url}\n`);
  });
  server.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function passSignalsTo(child) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
}
