import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countProven, proofIn, whyNot, withTable } from './lib/guarantees.mjs';
import { requireNode } from './lib/require-node.mjs';
import { commandFor, root, run, seconds } from './lib/tools.mjs';

requireNode();

const usage = `npm run faults                    proves every guarantee but planted-bugs, at the size that it names
npm run faults -- <id>...         proves these
  --times 20                      so often, and counts the failures
  --seed 123                      with this seed in every random test
npm run faults -- --page          writes the table of docs/guarantees.md
`;
/** Beside each other where nothing measures time. Many wait longer than they compute, so that two would leave a processor idle. */
const workers = 4;

const { guarantees } = await import('../tests/faults/guarantees.ts');
const { sharedThreads } = await import('../tests/threads/folder.ts');
/** What all proofs start is bundled once, here. */
const threads = join(tmpdir(), `bulkhead-threads-${process.pid}`);
const { values, positionals } = readArguments();
const times = wholeNumber('times', values.times);
const givenSeed = values.seed === undefined ? null : wholeNumber('seed', values.seed);
if (values.page) {
  const path = join(root, 'docs/guarantees.md');
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), guarantees));
} else {
  const rows = chosen(positionals);
  const { bundleForTests } = await import('../tests/threads/bundle.ts');
  try {
    await bundleForTests(threads);
    process.exitCode = (await prove(rows)) ? 0 : 1;
  } finally {
    rmSync(threads, { recursive: true, force: true });
  }
}

function readArguments() {
  const options = {
    times: { type: 'string', default: '1' },
    seed: { type: 'string' },
    page: { type: 'boolean', default: false },
  };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

function wholeNumber(name, text) {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} takes a whole number.\n${usage}`);
  process.exit(2);
}

function chosen(ids) {
  const unknown = ids.filter((id) => !guarantees.some((guarantee) => guarantee.id === id));
  if (unknown.length > 0) {
    const known = guarantees.map(({ id }) => id).join(', ');
    process.stderr.write(`There is no guarantee "${unknown[0]}". There are: ${known}.\n`);
    process.exit(2);
  }
  return guarantees.filter(({ id, isOnRequest }) => (ids.length === 0 ? !isOnRequest : ids.includes(id)));
}

/** Runs the proofs: those that wait most of the time beside each other, those that measure time alone and last. Answers whether all of them held. */
async function prove(rows) {
  const startedAt = performance.now();
  const proofs = rows.flatMap((row) =>
    row.runs
      .map((environment) => ({ row, environment, file: proofIn(row, environment) }))
      .filter(({ environment, file }) => file !== null && whyNot(environment) === null),
  );
  const rounds = Array.from({ length: times }, () => proofs).flat();
  const isQuiet = rounds.length > 1;
  const { busy = [], waiting = [], alone = [] } = Object.groupBy(rounds, companyOf);
  const lines = Object.values(Object.groupBy(waiting, ({ row }) => row.id));
  const outcomes = [
    ...(await inParallel(busy, workers, isQuiet)),
    // None of them beside itself.
    ...(await Promise.all(lines.map((line) => inParallel(line, 1, isQuiet)))).flat(),
    ...(await inParallel(alone, 1, isQuiet)),
  ];
  const failed = outcomes.filter(({ isFine }) => !isFine);
  const isProven = (id, environment) => {
    const mine = outcomes.filter((outcome) => outcome.row.id === id && outcome.environment === environment);
    return mine.length > 0 && mine.every(({ isFine }) => isFine);
  };
  for (const { row, seed } of failed)
    process.stdout.write(`repeat with: npm run faults -- ${row.id} --seed ${seed}\n`);
  if (times > 1) process.stdout.write(`${failed.length} of ${outcomes.length} runs failed\n`);
  process.stdout.write(`after ${seconds(performance.now() - startedAt)}: ${countProven(rows, isProven)}\n`);
  return failed.length === 0;
}

/** Beside which others a proof may run. */
function companyOf({ row, environment }) {
  if (row.isTimed || environment !== 'node') return 'alone';
  return row.isWaiting ? 'waiting' : 'busy';
}

/** Runs so many proofs at a time, in the order given. A quiet one shows only that it failed, and then all of it. */
async function inParallel(proofs, width, isQuiet) {
  const waiting = [...proofs];
  const outcomes = [];
  const work = async () => {
    for (let proof = waiting.shift(); proof; proof = waiting.shift())
      outcomes.push(await proveOne(proof, isQuiet));
  };
  await Promise.all(Array.from({ length: width }, work));
  return outcomes;
}

async function proveOne({ row, environment, file }, isQuiet) {
  const seed = givenSeed ?? Math.trunc(Math.random() * 2 ** 31);
  const project = file.split('/')[1];
  const env = { ...process.env, FAULTS: 'long', BULKHEAD_SEED: String(seed), [sharedThreads]: threads };
  const startedAt = performance.now();
  const command = commandFor('vitest', ['run', '--project', project, file]);
  const { code, output } = await run(command, { isQuiet, env });
  const took = seconds(performance.now() - startedAt);
  if (code !== 0 && isQuiet) process.stdout.write(`${output.trimEnd()}\n`);
  const name = environment === 'node' ? row.id : `${row.id} in ${environment}`;
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${took}, seed ${seed})\n`);
  return { row, environment, seed, isFine: code === 0 };
}
