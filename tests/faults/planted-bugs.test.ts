import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandFor, root, run } from '../../scripts/lib/tools.mjs';
import { seed } from '../builders/property.ts';
import { makeFolder, removeFolder } from '../builders/workspace.ts';
import { sharedThreads } from '../threads/folder.ts';
import { type PlantedBug, plantedBugs } from './planted-bugs.ts';
import { size } from './size.ts';

const sources = ['src-main', 'src-shared', 'src-renderer', 'scripts', 'tests', 'resources'];
const settings = [
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'vite.config.ts',
  'vite.main.config.ts',
];
/** Some mistakes make a test hang, which then ends by its own limit. */
const patienceMs = 180_000;
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) removeFolder(folder);
});

/** The sources with the mistake in them. Throws when its place is not to be found any more, or twice. */
function withMistake({ name, file, text, mistake }: PlantedBug, source: string): string {
  const parts = source.split(text);
  if (parts.length !== 2)
    throw new Error(`${name}: ${file} has the text ${parts.length - 1} times; write the bug anew`);
  return parts.join(mistake);
}

interface Report {
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { status: string; fullName: string }[];
  }[];
}

/** Plants the bug in a copy of the sources, runs its tests there, and answers the names of those that failed. */
async function testsThatNotice(bug: PlantedBug): Promise<string[]> {
  const folder = makeFolder();
  folders.push(folder);
  for (const name of [...sources, ...settings])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, bug.file);
  writeFileSync(file, withMistake(bug, readFileSync(file, 'utf8')));

  const report = join(folder, 'report.json');
  const only = bug.only === undefined ? [] : ['-t', bug.only];
  const args = ['run', '--bail=1', '--reporter=json', `--outputFile=${report}`, ...only, ...bug.tests];
  const [node = '', entry = '', ...rest] = commandFor('vitest', args);
  // Without the threads of this run, which have no mistake in them.
  const { [sharedThreads]: _sound, ...inherited } = process.env;
  const env = { ...inherited, FAULTS: 'short', BULKHEAD_SEED: String(seed), NODE_OPTIONS: '' };
  const { output } = await run([node, join(root, entry), ...rest], { isQuiet: true, cwd: folder, env });
  if (!existsSync(report)) throw new Error(`${bug.name}: the tests did not run\n${output}`);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (!all.some(({ status }) => status === 'passed' || status === 'failed'))
    throw new Error(`${bug.name}: no test ran\n${output}`);
  return all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
}

describe(`${plantedBugs.length} one-line mistakes`, () => {
  it('have their place in the sources as they are', () => {
    for (const bug of plantedBugs) {
      expect(withMistake(bug, readFileSync(join(root, bug.file), 'utf8'))).toContain(bug.mistake);
      expect(bug.tests.filter((test) => !existsSync(join(root, test)))).toEqual([]);
    }
  });
});

// Only in the long form: a copy of the sources and a run of tests for each.
for (const bug of plantedBugs.slice(0, size({ short: 0, long: plantedBugs.length }))) {
  it.concurrent(`${bug.name}: the tests notice`, { timeout: patienceMs }, async () => {
    const startedMs = performance.now();
    const failed = await testsThatNotice(bug);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    const word = failed.length > 0 ? 'caught    ' : 'NOT CAUGHT';
    process.stdout.write(`${word} ${bug.name} (${seconds} s)${failed[0] ? `: ${failed[0]}` : ''}\n`);
    expect(failed.length).toBeGreaterThan(0);
  });
}
