import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { mainConfig } from '../../vite.main.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Puts every thread of the console, and further entries, into a folder as JavaScript that runs from there. */
export async function bundleInto(folder: string, entries: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const { build: how, ...config } = mainConfig(folder);
  const {
    electron: _electron,
    server: _server,
    ...threads
  } = (how?.rolldownOptions?.input ?? {}) as Record<string, string>;
  const more = Object.fromEntries(entries.map((path) => [basename(path, '.ts'), path]));
  const input = { ...threads, ...more };
  await build({ ...config, build: { ...how, rolldownOptions: { ...how?.rolldownOptions, input } } });
}

/**
 * What tests start from there: the console's threads as they would be shipped, the processes that tests kill, and what is
 * loaded into either. From source each takes twice as long to start.
 */
export async function bundleForTests(folder: string): Promise<void> {
  const faults = join(import.meta.dirname, '../faults');
  const children = readdirSync(faults).filter((file) => file.endsWith('child.ts'));
  const entries = [...children, 'sabotage.ts', 'old-sqlite.ts'].map((file) => join(faults, file));
  await bundleInto(folder, [join(import.meta.dirname, 'redirect.ts'), ...entries]);
}
