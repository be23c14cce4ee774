import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';
import { requireNode } from './lib/require-node.mjs';
import { root } from './lib/tools.mjs';

requireNode();

const folders = ['src-shared', 'src-main', 'src-renderer', 'tests', 'scripts'];
const sourceFile = /\.(ts|tsx|mjs|cjs)$/;
const outOfScope = /(^|[\\/])(out|dist|coverage|\.artifacts|node_modules)[\\/]/;

/**
 * Checks every import under `baseDir` against the layers.
 * Returns the number of source files and one `{rule, from, to, reason}` per violation.
 * Throws when the checker read fewer files than there are: it is silent about files that it cannot parse.
 *
 * @param {string} baseDir
 * @param {import('dependency-cruiser').ICruiseOptions} [options]
 * @returns {Promise<{files: number, violations: {rule: string, from: string, to: string, reason: string}[]}>}
 */
export async function checkLayers(baseDir, options = config.options) {
  const present = folders.filter((folder) => sourceFilesIn(join(baseDir, folder)).length > 0);
  const expected = present.flatMap((folder) => sourceFilesIn(join(baseDir, folder))).length;
  const { forbidden } = config;
  const result = await cruise(
    present,
    { ...options, baseDir, validate: true, ruleSet: { forbidden } },
    options.enhancedResolveOptions,
  );
  const { modules, summary } = result.output;
  const read = modules.filter(({ source }) => present.some((folder) => source.startsWith(`${folder}/`)));
  if (read.length < expected) {
    throw new Error(`The layer check read ${read.length} of ${expected} source files, so it proves nothing.`);
  }
  const reasons = new Map(forbidden.map(({ name, comment }) => [name, comment]));
  const violations = summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    reason: reasons.get(rule.name) ?? '',
  }));
  return { files: read.length, violations };
}

function sourceFilesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => sourceFile.test(path) && !outOfScope.test(`/${path}`),
    );
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

if (import.meta.main) {
  const { files, violations } = await checkLayers(root);
  for (const { rule, from, to, reason } of violations) {
    process.stdout.write(`${from} -> ${to}\n  ${rule}: ${reason}\n`);
  }
  process.stdout.write(`layers: ${files} files, ${violations.length} violations\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
