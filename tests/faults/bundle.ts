import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { mainConfig } from '../../vite.main.config.ts';

/**
 * A process under test in a few files, `child.js` and `sabotage.js` among them: starting it costs a third of what it
 * costs from source. Answers the folder that they are in.
 */
export async function bundle(entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-child-'));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const { build: how, ...config } = mainConfig(folder);
  const {
    electron: _electron,
    server: _server,
    ...threads
  } = (how?.rolldownOptions?.input ?? {}) as Record<string, string>;
  const here = fileURLToPath(new URL('.', import.meta.url));
  const input = { ...threads, child: join(here, entry), sabotage: join(here, 'sabotage.ts') };
  await build({ ...config, build: { ...how, rolldownOptions: { ...how?.rolldownOptions, input } } });
  return folder;
}
