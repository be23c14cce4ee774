import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import packageLock from '../../../package-lock.json' with { type: 'json' };
import { root } from '../../../scripts/lib/tools.mjs';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}
const locked = Object.entries<Locked>(packageLock.packages).filter(([path]) => path !== '');

describe('Electron', () => {
  const { electron } = packageJson.devDependencies;
  const [major = 0] = electron.split('.').map(Number);

  /**
   * The days on which lines lose their support: three majors on, at one in eight weeks, counted from the day each came out. As
   * of 2026-11-22, by https://www.electronjs.org/docs/latest/tutorial/electron-timelines and the dates of the registry.
   */
  const supportedUntil: Readonly<Record<number, string>> = {
    43: '2026-12-16',
    44: '2027-02-09',
    45: '2027-04-07',
  };

  /** The first version of each line in which what concerns an application like this one is mended; later lines have it. */
  const mendedIn: Readonly<Record<string, readonly string[]>> = {
    // A bridge of functions that answer promises lets a page out of its context.
    'CVE-2026-70601': ['39.8.9', '40.9.2', '41.2.2', '42.0.0'],
  };

  function isMended(version: string, firsts: readonly string[]): boolean {
    const [line = 0, minor = 0, patch = 0] = version.split('.').map(Number);
    return firsts.some((first, at) => {
      const [ofLine = 0, firstMinor = 0, firstPatch = 0] = first.split('.').map(Number);
      if (line !== ofLine) return at === firsts.length - 1 && line > ofLine;
      return minor > firstMinor || (minor === firstMinor && patch >= firstPatch);
    });
  }

  test('is of a line that is still supported', () => {
    expect(Object.keys(supportedUntil)).toContain(String(major));
    expect(new Date().toISOString().slice(0, 10) < (supportedUntil[major] ?? '')).toBe(true);
  });

  test.each(Object.entries(mendedIn))('has what mends %s', (_id, firsts) => {
    expect(isMended(electron, firsts)).toBe(true);
    expect(['38.9.9', '41.2.1', '41.2.2', '43.0.0'].map((version) => isMended(version, firsts))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('is the same one wherever it is named', () => {
    expect(packageLock.packages['node_modules/electron'].version).toBe(electron);
  });
});

describe('the package', () => {
  // The reader and the schema are the builder's own.
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder/cli.js'));
  const { load } = builder('js-yaml') as { load(text: string): Record<string, unknown> };
  const config = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

  test('is configured as electron-builder understands it', async () => {
    const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
      validateConfiguration(config: unknown, log: { isEnabled: boolean }): Promise<void>;
    };
    const log = { isEnabled: false };
    await validateConfiguration(config, log);
    await expect(validateConfiguration({ ...config, asarUnpacked: [] }, log)).rejects.toThrow('asarUnpacked');
    // The builder takes its time to load.
  });

  test('cannot be run as Node, debugged, or given other code to load', () => {
    expect(config['electronFuses']).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(config['asar']).toBe(true);
  });

  test('compiles nothing, and has for Linux one that finds its sandbox everywhere', () => {
    expect([config['npmRebuild'], config['nodeGypRebuild']]).toEqual([false, false]);
    expect(config['linux']).toMatchObject({ target: expect.arrayContaining(['deb']) });
    // What a deb cannot be built without.
    expect(config['linux']).toMatchObject({ maintainer: expect.any(String) });
    expect(config['extraMetadata']).toMatchObject({ homepage: expect.stringMatching(/^https:/) });
  });
});

describe('what others wrote', () => {
  /** What the sources of the application import; but for the driver all of it is bundled. */
  const used = [
    'better-sqlite3',
    'croner',
    'electron',
    'papaparse',
    'pino',
    'react',
    'react-dom',
    'sql-template-tag',
    'ws',
    'zod',
    'zustand',
  ];

  /** Builds of development tools for other systems, which a registry for this one does not offer: docs/decisions/0011. */
  const withoutChecksum =
    /^node_modules\/@(biomejs\/cli-|oxc-parser\/binding-|oxlint\/binding-|oxlint-tsgolint\/|swc\/core-)/;

  test('is the driver, and what is bundled', () => {
    expect(Object.keys(packageJson.dependencies)).toEqual(['better-sqlite3']);
    expect(locked.filter(([, { dev }]) => dev !== true).map(([path]) => path)).toEqual([
      'node_modules/better-sqlite3',
      'node_modules/node-addon-api',
    ]);
    const imported = ['src-main', 'src-renderer', 'src-shared'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .flatMap((name) => packagesIn(readFileSync(join(root, folder, name), 'utf8'))),
    );
    expect([...new Set(imported)].toSorted()).toEqual(used);
  });

  function packagesIn(source: string): string[] {
    const imports = /^(?:import\b[^'"()]*|export\b[^'"()=]*\bfrom )'([^']+)'/gm;
    const specifiers = [...source.matchAll(imports)].map(([, name = '']) => name);
    return specifiers
      .filter((name) => !/^(\.|node:)/.test(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      );
  }

  test('runs nothing when it is installed, but for the Node of the scripts', () => {
    const allowed = Object.entries(packageJson.allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed).toEqual([['node', true]]);
  });

  test('comes from the registry, each with its checksum', () => {
    for (const [path, { integrity, resolved, link, version, ...entry }] of locked) {
      expect([path, link ?? false, /^\d+\.\d+\.\d+/.test(version ?? '')]).toEqual([path, false, true]);
      if (resolved !== undefined) expect(resolved).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      if (integrity !== undefined) expect([path, integrity.slice(0, 7)]).toEqual([path, 'sha512-']);
      else {
        expect(path).toMatch(withoutChecksum);
        expect(entry).toMatchObject({ dev: true, optional: true, os: expect.any(Array) });
      }
    }
  });
});
