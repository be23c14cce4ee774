import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleInto } from '../threads/bundle.ts';

/**
 * A process under test in a few files, `child.js` and `sabotage.js` among them: starting it costs a third of what it
 * costs from source. Answers the folder that they are in.
 */
export async function bundle(entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-child-'));
  await bundleInto(folder, { child: `tests/faults/${entry}`, sabotage: 'tests/faults/sabotage.ts' });
  return folder;
}
