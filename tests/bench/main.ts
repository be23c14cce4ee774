import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleInto } from '../threads/bundle.ts';
import { threadsFolder } from '../threads/folder.ts';
import type { Benchmark, Result, Scale } from './bench.ts';
import { exportBenchmark } from './export.bench.ts';
import { historyBenchmark } from './history.bench.ts';
import { importBenchmark } from './import.bench.ts';
import { largeBenchmark } from './large.bench.ts';
import { operationBenchmark } from './operation.bench.ts';
import { remoteBenchmark } from './remote.bench.ts';
import { scrollBenchmark } from './scroll.bench.ts';
import { asMarkdown, asText, withTable } from './tables.ts';
import { workspaceBenchmark } from './workspace.bench.ts';
import { removeTemplates } from './workspaces.ts';

const benchmarks: readonly Benchmark[] = [
  operationBenchmark,
  largeBenchmark,
  importBenchmark,
  exportBenchmark,
  workspaceBenchmark,
  historyBenchmark,
  remoteBenchmark,
  scrollBenchmark,
];
const page = resolve(import.meta.dirname, '../../docs/performance.md');

const parts = benchmarks.map(({ name }) => name);
const usage = `npm run bench                     measures everything, and fails where a limit is missed
  --only <part>                   one of ${parts.join(', ')}
  --json                          as JSON
npm run bench -- --write          writes the table of docs/performance.md as well
npm run bench -- --smoke          proves on small workspaces that all of it runs, and judges nothing
`;
const values = orUsage(readArguments);

function readArguments() {
  const given = parseArgs({
    options: {
      json: { type: 'boolean' },
      smoke: { type: 'boolean' },
      only: { type: 'string' },
      write: { type: 'boolean' },
    },
  }).values;
  if (given.only !== undefined && !parts.includes(given.only))
    throw new Error(`There is no part "${given.only}".`);
  if (given.write && (given.smoke || given.only !== undefined))
    throw new Error('--write takes the figures of a whole run: leave out --smoke and --only.');
  return given;
}

/** What was read of how it was started, or an end that says what is wrong there. */
function orUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

const scale: Scale = values.smoke
  ? {
      isSmoke: true,
      large: 20_000,
      medium: 10_000,
      small: 2_000,
      told: 2_000,
      few: 100,
      past: 1_000,
      lines: 5_000,
    }
  : {
      isSmoke: false,
      large: 1_000_000,
      medium: 100_000,
      small: 10_000,
      told: 20_000,
      few: 3_000,
      past: 50_000,
      lines: 119_998,
    };

const results: Result[] = [];
const threads = threadsFolder(process.pid, 'bench');
try {
  // From source each thread would first have to be stripped of its types.
  await bundleInto(threads, [resolve(import.meta.dirname, '../threads/redirect.ts')]);
  await import(pathToFileURL(join(threads, 'redirect.cjs')).href);
  for (const benchmark of benchmarks) {
    if (values.only !== undefined && benchmark.name !== values.only) continue;
    process.stderr.write(`${benchmark.name} …\n`);
    results.push(...(await benchmark.run(scale)));
  }
} finally {
  removeTemplates();
  rmSync(threads, { recursive: true, force: true });
}

process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : asText(results, !scale.isSmoke));
if (values.write) writeFileSync(page, withTable(readFileSync(page, 'utf8'), asMarkdown(results)));
// A smoke run is too small to judge by: it only proves that every benchmark runs to its end.
if (!scale.isSmoke && results.some(({ ok }) => !ok)) process.exitCode = 1;
