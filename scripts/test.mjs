import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireNode } from './lib/require-node.mjs';
import { countTests } from './lib/test-counts.mjs';
import { commandFor, run, seconds } from './lib/tools.mjs';

requireNode();

const reports = join(tmpdir(), `bulkhead-test-${process.pid}`);
const projects = ['unit', 'conformance', 'migrations', 'faults', 'e2e'];

/** Everything that must hold, in the order in which it is checked: cheap and telling first. */
const steps = [
  { name: 'types', command: commandFor('tsc', ['-p', '.']) },
  { name: 'types of src-shared', command: commandFor('tsc', ['-p', 'src-shared']) },
  { name: 'types of src-renderer', command: commandFor('tsc', ['-p', 'src-renderer']) },
  { name: 'lint', command: commandFor('scripts/lint.mjs', []) },
  ...projects.map((name) => ({ name, command: vitestCommand(name) })),
  { name: 'bench', command: commandFor('tests/bench/main.ts', ['--smoke']) },
];

function vitestCommand(project) {
  const report = `--outputFile.json=${reportOf(project)}`;
  return commandFor('vitest', ['run', '--project', project, '--reporter=default', '--reporter=json', report]);
}

function reportOf(project) {
  return join(reports, `${project}.json`);
}

/** Runs the steps one after another until one fails. Returns true when all held. */
async function runSteps(chosen) {
  for (const { name, command } of chosen) {
    process.stdout.write(`\n== ${name}\n`);
    const startedAt = performance.now();
    const { code } = await run(command);
    const took = seconds(performance.now() - startedAt);
    process.stdout.write(`== ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${took})\n`);
    if (code !== 0) return false;
  }
  return true;
}

/** The steps whose first word was given; all of them without words. */
function chooseSteps(words) {
  const firstWords = steps.map(({ name }) => name.split(' ')[0]);
  const unknown = words.filter((word) => !firstWords.includes(word));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no step "${unknown[0]}". The steps are: ${[...new Set(firstWords)].join(', ')}.\n`,
    );
    process.exit(2);
  }
  return words.length === 0 ? steps : steps.filter((_step, at) => words.includes(firstWords[at]));
}

const startedAt = performance.now();
try {
  const isFine = await runSteps(chooseSteps(process.argv.slice(2)));
  process.exitCode = isFine ? 0 : 1;
  const written = projects.map(reportOf).filter(existsSync);
  const { passed, failed, skipped } = countTests(
    written.map((path) => JSON.parse(readFileSync(path, 'utf8'))),
  );
  const outcome = isFine ? 'All steps held' : 'Stopped at the first step that failed';
  const left = skipped > 0 ? `; ${skipped} skipped` : '';
  process.stdout.write(`\n${outcome} after ${seconds(performance.now() - startedAt)}${left}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
