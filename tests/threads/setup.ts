import { rmSync } from 'node:fs';
import { bundleInto } from './bundle.ts';
import { threadsFolder } from './folder.ts';

/** Before the first test of a run: the threads as they would be shipped. A thread from source takes twice as long to start. */
export default async function setup(): Promise<() => void> {
  const folder = threadsFolder(process.pid);
  await bundleInto(folder, { redirect: 'tests/threads/redirect.ts', sabotage: 'tests/faults/sabotage.ts' });
  return () => rmSync(folder, { recursive: true, force: true });
}
