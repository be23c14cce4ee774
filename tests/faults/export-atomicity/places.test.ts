import { spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createHandles } from '../../../src-main/hosts/handles.ts';
import { openAtomic, openChosen } from '../../../src-main/platform/atomic-file.ts';
import { realPlace } from '../../../src-main/platform/real-place.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { tempFolder } from '../../unit/files/temp-files.ts';

const root = tempFolder();
/** Two folders above each other with the place in the inner one, and a folder that nobody chose. */
let outer: string;
let inner: string;
let target: string;
let elsewhere: string;
let count = 0;

beforeEach(() => {
  const base = join(root, String(++count));
  outer = join(base, 'outer');
  inner = join(outer, 'inner');
  target = join(inner, 'export.csv');
  elsewhere = join(base, 'elsewhere');
  mkdirSync(inner, { recursive: true });
  mkdirSync(join(elsewhere, 'inner'), { recursive: true });
  for (const folder of [elsewhere, join(elsewhere, 'inner')])
    writeFileSync(join(folder, 'export.csv'), 'not ours');
});

/** Puts a link to elsewhere in the place of a folder. */
function swap(folder: string, by: string): void {
  renameSync(folder, `${folder}-before`);
  symlinkSync(by, folder);
}

const standing: Readonly<Record<string, () => void>> = {
  'a link to a file': () => symlinkSync(join(elsewhere, 'export.csv'), target),
  'a link to a folder': () => symlinkSync(elsewhere, target),
  'a link to nothing': () => symlinkSync(join(elsewhere, 'new.csv'), target),
  'a link to itself': () => symlinkSync(target, target),
  'a link to a link': () => {
    symlinkSync(join(elsewhere, 'export.csv'), join(inner, 'first'));
    symlinkSync(join(inner, 'first'), target);
  },
  'a link to a device': () => symlinkSync('/dev/null', target),
  'a folder': () => mkdirSync(target),
  'a folder with something in it': () => {
    mkdirSync(target);
    writeFileSync(join(target, 'inside'), 'not ours');
  },
  'a pipe with a name': () => expect(spawnSync('sh', ['-c', 'mkfifo "$0"', target]).status).toBe(0),
  'a link for the folder': () => swap(inner, join(elsewhere, 'inner')),
  'a link for the folder above': () => swap(outer, elsewhere),
  'a link to itself for the folder': () => swap(inner, inner),
  'a link to nothing for the folder': () => swap(inner, join(elsewhere, 'none')),
  'a file for the folder': () => {
    renameSync(inner, `${inner}-before`);
    writeFileSync(inner, 'not ours');
  },
  'nothing for the folder': () => renameSync(inner, `${inner}-before`),
};

const names: readonly string[] = [
  'a\0.csv',
  '\0',
  '.',
  '..',
  '',
  `${'x'.repeat(252)}.csv`,
  `${'ß'.repeat(126)}.csv`,
  `${'😀'.repeat(64)}.csv`,
  'x'.repeat(5_000),
];
const windowsNames: readonly string[] =
  'con|PRN|Aux|nul|COM1|com9|LPT1|lpt9|con.csv|NUL.tar.gz|a.csv.|a.csv |a.| . '.split('|');

type Way = readonly [when: string, attack: () => void];
const ways: readonly Way[] = Object.entries(standing).flatMap(([name, put]): Way[] => [
  [
    `${name}, before the file is begun`,
    () => {
      put();
      write(target);
    },
  ],
  [`${name}, before the file has its name`, () => write(target, put)],
]);
const named = [...names, ...windowsNames].map(
  (name): Way => [
    `the name ${JSON.stringify(name.slice(0, 20))} of ${Buffer.byteLength(name)} bytes`,
    () => {
      if (windowsNames.includes(name)) vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
      write(`${inner}/${name}`);
    },
  ],
);
const retargeted: readonly Way[] = [
  [
    'a link on the way that leads elsewhere before the file is begun',
    () => {
      const link = turnable();
      const handles = createHandles();
      const path = join(link, 'inner', 'export.csv');
      const handle = handles.give(path);
      expect(handles.has(path)).toBe(true);
      turn(link);
      // The place is what it was when it was chosen.
      write(handles.pathOf(handle));
      expect(readFileSync(target, 'utf8')).toBe('written');
      unlinkSync(target);
      write(path);
    },
  ],
  [
    'a link on the way that leads elsewhere before the file has its name',
    () => {
      const link = turnable();
      const file = openAtomic(join(link, 'inner', 'export.csv'));
      file.write('secret');
      turn(link);
      file.commit();
    },
  ],
];

function turnable(): string {
  const link = join(root, String(count), 'link');
  symlinkSync(outer, link);
  return link;
}

function turn(link: string): void {
  unlinkSync(link);
  symlinkSync(elsewhere, link);
}

function write(path: string, meanwhile = () => undefined as void): void {
  const file = openChosen(path);
  file.write('written');
  meanwhile();
  file.commit();
}

/** Every file and its content, of folders and what is in them; nothing is followed. */
function contentOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path} ${readFileSync(path, 'utf8')}` : path;
    })
    .toSorted();
}

const attacks = [...ways, ...named, ...retargeted];

describe(`${attacks.length} places where no file of ours may be written`, () => {
  it('are no fewer than promised', () => expect(attacks.length).toBeGreaterThanOrEqual(50));

  it.each(attacks)('%s', (_, attack) => {
    const before = contentOf(elsewhere);
    let error: unknown;
    try {
      attack();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BulkheadError);
    expect(error).toMatchObject({ code: 'target_not_writable' });
    expect((error as BulkheadError).message).toMatch(
      /cannot be written: .+ A file that stood there before is unchanged/,
    );
    expect(contentOf(elsewhere)).toEqual(before);
  });
});

describe('a place that is reached by a link', () => {
  it('can be written, by the name that it was chosen by and by its real one', () => {
    const link = turnable();
    const path = join(link, 'inner', 'export.csv');
    write(realPlace(path));
    expect(readFileSync(target, 'utf8')).toBe('written');
    const file = openAtomic(path);
    file.write('again');
    file.commit();
    expect(readFileSync(target, 'utf8')).toBe('again');
    expect(readdirSync(inner)).toEqual(['export.csv']);
  });

  it('may have another name, which keeps what it had', () => {
    writeFileSync(target, 'before');
    linkSync(target, join(elsewhere, 'hard.csv'));
    write(target);
    expect(readFileSync(target, 'utf8')).toBe('written');
    expect(readFileSync(join(elsewhere, 'hard.csv'), 'utf8')).toBe('before');
  });
});
