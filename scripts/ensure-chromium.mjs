import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';
import { installPackage } from './lib/debian.mjs';
import { requireNode } from './lib/require-node.mjs';
import { run } from './lib/tools.mjs';

requireNode();

const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];

/**
 * The path of a Chromium-like browser, or null when there is none. CHROMIUM_PATH comes first, then what is
 * installed on this system, then what Playwright downloaded earlier. Throws when CHROMIUM_PATH names nothing.
 *
 * @returns {string | null}
 */
export function findChromium({ env = process.env, platform = process.platform } = {}) {
  if (env.CHROMIUM_PATH) {
    if (canRun(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH is ${env.CHROMIUM_PATH}, and there is no program at that place.`);
  }
  return [...onPath(env), ...inUsualPlaces(env, platform), playwrightsOwn()].find(canRun) ?? null;
}

function onPath(env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return commandNames.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function inUsualPlaces(env, platform) {
  if (platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      apps.map((app) => join(folder, `${app}.app`, 'Contents', 'MacOS', app)),
    );
  }
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean);
    const programs = ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe'];
    return folders.flatMap((folder) => programs.map((program) => join(folder, program)));
  }
  return [];
}

function playwrightsOwn() {
  return chromium.executablePath();
}

function canRun(path) {
  if (!path || !existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a browser, after installing one where that is possible without a question. */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== null) return found;
  const installed = (await installPackage('chromium')) || (await installWithPlaywright());
  const path = installed ? findChromium() : null;
  if (path !== null) return path;
  throw new Error(
    'The end-to-end tests need a Chromium and none could be installed here. Run `npx playwright install --with-deps ' +
      'chromium`, or set CHROMIUM_PATH to a Chromium or Chrome that you have.',
  );
}

async function installWithPlaywright() {
  process.stdout.write('No Chromium found: asking Playwright for its own.\n');
  const { code } = await run([process.execPath, 'node_modules/playwright/cli.js', 'install', 'chromium']);
  return code === 0;
}

if (import.meta.main) {
  try {
    process.stdout.write(`${await ensureChromium()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
