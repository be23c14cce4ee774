import type { Benchmark } from './bench.ts';
export const scrollBenchmark: Benchmark = { name: 'scroll', run: async () => [] };
