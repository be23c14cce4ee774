import { parseArgs } from 'node:util';
import type { Benchmark, Result, Scale } from './bench.ts';
import { exportBenchmark } from './export.bench.ts';
import { importBenchmark } from './import.bench.ts';
import { operationBenchmark } from './operation.bench.ts';
import { scrollBenchmark } from './scroll.bench.ts';
import { workspaceBenchmark } from './workspace.bench.ts';

const benchmarks: readonly Benchmark[] = [
  operationBenchmark,
  importBenchmark,
  exportBenchmark,
  workspaceBenchmark,
  scrollBenchmark,
];

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, smoke: { type: 'boolean' }, only: { type: 'string' } },
});

const scale: Scale = values.smoke
  ? { isSmoke: true, large: 20_000, medium: 10_000, small: 2_000 }
  : { isSmoke: false, large: 1_000_000, medium: 100_000, small: 10_000 };

const results: Result[] = [];
for (const benchmark of benchmarks) {
  if (values.only !== undefined && benchmark.name !== values.only) continue;
  process.stderr.write(`${benchmark.name} …\n`);
  results.push(...(await benchmark.run(scale)));
}

process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : table(results));
// A smoke run is too small to judge by: it only proves that every benchmark runs to its end.
if (!scale.isSmoke && results.some(({ ok }) => !ok)) process.exitCode = 1;

function table(rows: readonly Result[]): string {
  const cells = rows.map(({ name, value, unit, ratio, limit, ok }) => [
    name,
    `${value} ${unit}`,
    ratio === null ? '' : `${ratio} ×`,
    `≤ ${limit}${ratio === null ? ` ${unit}` : ' ×'}`,
    ok ? 'ok' : 'OVER',
  ]);
  const all = [['benchmark', 'value', 'ratio', 'limit', ''], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length))) ?? [];
  return `${all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
