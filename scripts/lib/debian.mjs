import { existsSync } from 'node:fs';
import { run } from './tools.mjs';

/**
 * Installs a Debian package where that is possible without a question: as root, with apt-get. Answers whether it did.
 *
 * @param {string} name
 * @returns {Promise<boolean>}
 */
export async function installPackage(name) {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return false;
  process.stdout.write(`Installing the Debian package ${name}.\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A list that could not be updated is often still good enough to install from.
  await run(['apt-get', 'update'], { isQuiet: true, env });
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', name];
  const { code, output } = await run(install, { isQuiet: true, env });
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\napt-get install failed (${code}).\n`);
  return code === 0;
}
