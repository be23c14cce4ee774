import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireNode } from './lib/require-node.mjs';
import { commandFor, run, seconds } from './lib/tools.mjs';

requireNode();

const reports = mkdtempSync(join(tmpdir(), 'bulkhead-test-'));
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

/** Adds up the tests of all reports that were written. A file that could not even be loaded counts as one failure. */
function countTests() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const path of projects.map(reportOf).filter(existsSync)) {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    total.passed += report.numPassedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    const unloadable = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    total.failed += report.numFailedTests + unloadable.length;
  }
  return total;
}

/** Runs the steps whose names were given (all without names) until one fails. Returns true when all held. */
async function runSteps(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name.split(' ')[0] === name));
  if (unknown.length > 0) throw new Error(`There is no step called ${unknown.join(', ')}.`);
  for (const { name, command } of steps) {
    if (names.length > 0 && !names.includes(name.split(' ')[0])) continue;
    process.stdout.write(`\n== ${name}\n`);
    const startedAt = performance.now();
    const { code } = await run(command);
    const took = seconds(performance.now() - startedAt);
    process.stdout.write(`== ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${took})\n`);
    if (code !== 0) return false;
  }
  return true;
}

const startedAt = performance.now();
try {
  const isFine = await runSteps(process.argv.slice(2));
  process.exitCode = isFine ? 0 : 1;
  const { passed, failed, skipped } = countTests();
  process.stdout.write(`\n${isFine ? 'All steps held' : 'Stopped at the first step that failed'} after `);
  process.stdout.write(`${seconds(performance.now() - startedAt)}`);
  process.stdout.write(`${skipped > 0 ? `; ${skipped} skipped` : ''}\n${passed} passed, ${failed} failed\n`);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
