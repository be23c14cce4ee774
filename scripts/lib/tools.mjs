import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

// The JavaScript entry of each tool, so that it runs under this Node on every system, whatever PATH says.
const entries = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  knip: 'node_modules/knip/bin/knip.js',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
};

/**
 * The command line that runs a tool from node_modules, or a script of this repository, under this Node.
 *
 * @param {string} tool
 * @param {readonly string[]} args
 * @returns {string[]}
 */
export function commandFor(tool, args) {
  return [process.execPath, entries[tool] ?? tool, ...args];
}

/**
 * Runs a command in the repository. Resolves with its exit code (1 when a signal ended it) and, when
 * `isQuiet`, with what it printed; otherwise it prints as it goes.
 *
 * @param {readonly string[]} command
 * @param {{isQuiet?: boolean, cwd?: string, env?: NodeJS.ProcessEnv}} [options]
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(command, { isQuiet = false, cwd = root, env = process.env } = {}) {
  const [file = process.execPath, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Milliseconds as seconds for people. */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
