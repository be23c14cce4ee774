import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { bundleForTests } from './bundle.ts';
import { sharedThreads, threadsFolder } from './folder.ts';

/** Before the first test of a run: what tests start, unless a folder with it was given. */
export default async function setup({ name, provide }: TestProject): Promise<() => void> {
  const folder = threadsFolder(process.pid, name);
  provide('shipped', folder);
  if (sharedThreads in process.env) return () => undefined;
  await bundleForTests(folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
