/** Writes a file as an export does, in a process of its own, to be killed. argv: where, and how many lines. */

import { dirname } from 'node:path';
import { openAtomic, removeStaleTemps } from '../../src-main/platform/atomic-file.ts';

const [, , path = '', lines = ''] = process.argv;
const text = 'a line of the file\r\n'.repeat(Number(lines));
const chunk = 4_096;

async function main(): Promise<void> {
  const file = openAtomic(path);
  removeStaleTemps(dirname(path));
  for (let from = 0; from < text.length; from += chunk)
    await file.writeBehind(text.slice(from, from + chunk));
  file.commit();
}

void main();
