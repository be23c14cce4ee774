import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findChromium } from '../../../scripts/ensure-chromium.mjs';
import { root, run } from '../../../scripts/lib/tools.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-scripts-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

describe('finding a browser', () => {
  test('CHROMIUM_PATH comes before what is on the PATH', () => {
    const onPath = program('chromium');
    const chosen = program('my-browser');
    expect(findChromium({ env: { PATH: folder }, platform: 'linux' })).toBe(onPath);
    expect(findChromium({ env: { PATH: folder, CHROMIUM_PATH: chosen }, platform: 'linux' })).toBe(chosen);
  });

  test('a CHROMIUM_PATH that leads nowhere is an error and not a search', () => {
    program('chromium');
    const env = { PATH: folder, CHROMIUM_PATH: join(folder, 'missing') };
    expect(() => findChromium({ env, platform: 'linux' })).toThrow('there is no program at that place');
  });

  test('Chrome serves where there is no Chromium', () => {
    const chrome = program('google-chrome');
    expect(findChromium({ env: { PATH: folder }, platform: 'linux' })).toBe(chrome);
  });
});

describe('the command line', () => {
  const started = (script: string, ...args: readonly string[]) =>
    run([process.execPath, join(root, script), ...args], { isQuiet: true, cwd: folder });

  test.each(['--help', '-h'])('npm start says with %s how to start it, and that is all', async (help) => {
    expect(await started('scripts/start.mjs', help)).toEqual({
      code: 0,
      output: 'Usage: npm start [-- --workspace <folder>]\n',
    });
  });

  test.each([
    [['--nonsense'], /^Unknown option '--nonsense'/],
    [['--only', 'nonsense'], /^There is no part "nonsense"\./],
  ])('npm run bench says what is wrong with %j, and measures nothing', async (args, sentence) => {
    const { code, output } = await started('tests/bench/main.ts', ...args);
    expect(code).toBe(2);
    expect(output).toMatch(sentence);
    expect(output).toContain('npm run bench -- --write');
  });
});

describe('on a Node that is too old', () => {
  const scripts = readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.mjs'));
  const oldNode = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;

  test.each(scripts)('%s ends with one sentence and does nothing', async (name) => {
    const command = [process.execPath, '--import', oldNode, join(root, 'scripts', name)];
    const { code, output } = await run(command, { isQuiet: true, cwd: folder });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain('needs Node 24');
  });
});
