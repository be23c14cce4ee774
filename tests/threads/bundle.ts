import { mkdirSync, symlinkSync } from 'node:fs';
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
