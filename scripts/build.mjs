import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isFresh } from './lib/freshness.mjs';
import { requireNode } from './lib/require-node.mjs';

requireNode();
const { build } = await import('vite');

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'out');
const onlyIfChanged = process.argv.includes('--if-changed');
const common = ['src-shared', 'package.json', 'package-lock.json', 'scripts/build.mjs'];

process.on('uncaughtException', (error) => {
  // Vite's message names the file and the line; the build's own stack helps nobody.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

await buildPart('main', ['src-main', 'vite.main.config.ts', ...common], async (folder) => {
  const { mainConfig, preloadConfig } = await import('../vite.main.config.ts');
  await build(mainConfig(folder));
  await build(preloadConfig(folder));
});

await buildPart('renderer', ['src-renderer', 'vite.config.ts', ...common], async (folder) => {
  const configFile = join(root, 'vite.config.ts');
  await build({
    configFile,
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: false, reportCompressedSize: false },
  });
});

/** Builds beside the old output and swaps: what is running never sees half a build, and two builds never mix. */
async function buildPart(name, sources, make) {
  const target = join(out, name);
  const stamp = join(target, '.built');
  if (
    onlyIfChanged &&
    isFresh(
      stamp,
      sources.map((source) => join(root, source)),
    )
  )
    return;
  const startedAt = new Date();
  const next = join(out, `.next-${name}-${process.pid}`);
  const previous = join(out, `.previous-${name}-${process.pid}`);
  mkdirSync(next, { recursive: true });
  try {
    await make(next);
    writeFileSync(join(next, '.built'), '');
    // Sources that changed while building are newer than this stamp.
    utimesSync(join(next, '.built'), startedAt, startedAt);
    swap(target, next, previous);
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(previous, { recursive: true, force: true });
  }
  process.stderr.write(`built out/${name} in ${((Date.now() - startedAt.getTime()) / 1000).toFixed(1)} s\n`);
}

function swap(target, next, previous) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existsSync(target)) renameSync(target, previous);
      renameSync(next, target);
      return;
    } catch (error) {
      // Another build swapped at the same moment; it lost or will lose to this one.
      rmSync(previous, { recursive: true, force: true });
      if (attempt === 5) throw error;
    }
  }
}
