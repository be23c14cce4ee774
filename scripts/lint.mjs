import { requireNode } from './lib/require-node.mjs';
import { commandFor, run, seconds } from './lib/tools.mjs';

requireNode();

const folders = ['src-shared', 'src-main', 'src-renderer', 'tests', 'scripts'];

const checks = [
  { name: 'rules', command: commandFor('oxlint', ['--type-aware', '--deny-warnings', ...folders]) },
  {
    name: 'format',
    command: commandFor('biome', ['check', '--error-on-warnings', '--reporter=summary', '.']),
  },
  { name: 'layers', command: commandFor('scripts/check-layers.mjs', []) },
  { name: 'unused', command: commandFor('knip', ['--no-progress']) },
];

// All four run, whatever the others say: who fixes one thing wants to know the rest.
let failed = 0;
for (const { name, command } of checks) {
  const startedAt = performance.now();
  const { code, output } = await run(command, { isQuiet: true });
  const took = seconds(performance.now() - startedAt);
  if (code !== 0) {
    failed += 1;
    process.stdout.write(`${output.trimEnd()}\n`);
  }
  process.stdout.write(`lint ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${took})\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
