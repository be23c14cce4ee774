import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.mjs';

/** @typedef {import('../../tests/faults/guarantees.ts').Guarantee} Guarantee */
/** @typedef {import('../../tests/faults/guarantees.ts').Environment} Environment */

/** @type {readonly Environment[]} */
const environments = ['node', 'chromium', 'electron', 'packaged'];

const begin = '<!-- written by `npm run faults -- --page` from tests/faults/guarantees.ts -->';
const end = '<!-- end -->';

/**
 * The test that proves a guarantee in an environment, or null where there is none.
 *
 * @param {Guarantee} guarantee
 * @param {Environment} environment
 * @returns {string | null}
 */
export function proofIn({ id, proofs }, environment) {
  return proofs?.[environment] ?? (environment === 'node' ? `tests/faults/${id}.test.ts` : null);
}

/**
 * Why nothing can be proven in an environment on this machine, or null.
 *
 * @param {Environment} environment
 * @returns {string | null}
 */
export function whyNot(environment) {
  if (environment === 'electron') {
    const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
    const binary = join(root, 'node_modules/electron/dist', names[process.platform] ?? 'electron');
    return existsSync(binary) ? null : 'no binary here';
  }
  return environment === 'packaged' && !existsSync(join(root, 'dist')) ? 'nothing packaged here' : null;
}

/**
 * How many guarantees were proven of those that are given in each environment: `node 27 of 28, electron 0 of 3 (no binary here)`.
 *
 * @param {readonly Guarantee[]} guarantees
 * @param {(id: string, environment: Environment) => boolean} isProven
 * @param {(environment: Environment) => string | null} reason
 * @returns {string}
 */
export function countProven(guarantees, isProven, reason = whyNot) {
  return environments
    .map((environment) => {
      const given = guarantees.filter(({ runs }) => runs.includes(environment));
      const proven = given.filter(({ id }) => isProven(id, environment)).length;
      const why = proven < given.length ? reason(environment) : null;
      return given.length === 0
        ? null
        : `${environment} ${proven} of ${given.length}${why === null ? '' : ` (${why})`}`;
    })
    .filter((part) => part !== null)
    .join(', ');
}

/**
 * The page with its table as the guarantees say it.
 *
 * @param {string} page
 * @param {readonly Guarantee[]} guarantees
 * @returns {string}
 */
export function withTable(page, guarantees) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/guarantees.md has lost the marks around its table');
  const rows = guarantees.map((guarantee) => {
    const { id, promise, assumption, runs, open } = guarantee;
    const where = runs
      .map((environment) =>
        proofIn(guarantee, environment) === null ? `${environment} (no test yet)` : environment,
      )
      .join(', ');
    const text = open === undefined ? promise : `${promise} **Open:** ${open}`;
    return `| ${text} | ${assumption} | ${where} | \`npm run faults -- ${id}\` |`;
  });
  const head = ['| what holds | as long as | proven in | by |', '| --- | --- | --- | --- |'];
  return `${page.slice(0, from)}${[begin, ...head, ...rows].join('\n')}\n${page.slice(to)}`;
}
