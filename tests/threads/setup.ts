import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleInto } from './bundle.ts';
import { threadsFolder } from './folder.ts';

/**
 * Before the first test of a run: the console's threads as they would be shipped, and beside them the processes that
 * tests kill. From source each takes twice as long to start.
 */
export default async function setup({ name, provide }: TestProject): Promise<() => void> {
  const folder = threadsFolder(process.pid, name);
  const faults = join(import.meta.dirname, '../faults');
  const children = readdirSync(faults).filter((file) => file.endsWith('child.ts'));
  const preloads = ['sabotage.ts', 'old-sqlite.ts'];
  const more = name === 'faults' ? [...children, ...preloads] : [];
  await bundleInto(folder, [
    join(import.meta.dirname, 'redirect.ts'),
    ...more.map((file) => join(faults, file)),
  ]);
  provide('shipped', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
