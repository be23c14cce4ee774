import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import type { InlineConfig } from 'vite';

const root = import.meta.dirname;

/** What stays a module of its own at run time: the native driver, Electron, and what `ws` uses only where it is installed. */
const external = [
  'electron',
  'better-sqlite3',
  'bufferutil',
  'utf-8-validate',
  ...builtinModules,
  ...builtinModules.map((name) => `node:${name}`),
];

/** Thread entries by the name they are started under: `src-main/workers/x.worker.ts` becomes `x.worker.cjs`. */
function threadEntries(): Record<string, string> {
  const folder = join(root, 'src-main/workers');
  const files = readdirSync(folder).filter((name) => name.endsWith('.worker.ts'));
  return Object.fromEntries(files.map((name) => [basename(name, '.ts'), join(folder, name)]));
}

const shared: InlineConfig = {
  root,
  configFile: false,
  logLevel: 'warn',
  // Everything else is bundled, so that the package needs no node_modules but the driver's.
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    emptyOutDir: false,
    reportCompressedSize: false,
  },
};

/** Both hosts and every thread, in one flat folder: chunks find the threads beside them. */
export function mainConfig(outDir: string): InlineConfig {
  return {
    ...shared,
    build: {
      ...shared.build,
      outDir,
      rolldownOptions: {
        input: {
          electron: join(root, 'src-main/hosts/electron/main.ts'),
          server: join(root, 'src-main/hosts/server/main.ts'),
          ...threadEntries(),
        },
        external,
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunk-[name]-[hash].cjs' },
      },
    },
  };
}

/** The preload script: a sandboxed one is a single CommonJS file. */
export function preloadConfig(outDir: string): InlineConfig {
  return {
    ...shared,
    build: {
      ...shared.build,
      outDir,
      rolldownOptions: {
        input: { preload: join(root, 'src-main/hosts/electron/preload.ts') },
        external,
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  };
}
