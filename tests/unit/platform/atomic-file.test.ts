import { spawnSync } from 'node:child_process';
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AtomicFs, openAtomic, removeStaleTemps } from '../../../src-main/platform/atomic-file.ts';
import { errorOf, tempFolder } from '../files/temp-files.ts';

const root = tempFolder();
let folder: string;
let target: string;
let count = 0;
beforeEach(() => {
  folder = join(root, String(++count));
  mkdirSync(folder);
  target = join(folder, 'export.csv');
});

function writeAll(io?: AtomicFs): void {
  const file = openAtomic(target, io);
  file.write('one,');
  file.write(Buffer.from('two\r\n'));
  file.commit();
}

describe('an atomic file', () => {
  it('appears whole, for its owner only, and leaves nothing beside it', () => {
    const file = openAtomic(target);
    file.write('größe\r\n');
    expect(existsSync(target)).toBe(false);
    expect(file.bytes).toBe(9);
    file.commit();
    file.abort();
    expect(readFileSync(target, 'utf8')).toBe('größe\r\n');
    expect(readdirSync(folder)).toEqual(['export.csv']);
    if (process.platform !== 'win32') expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('takes the place of an earlier one only when it is committed', () => {
    writeFileSync(target, 'before');
    const file = openAtomic(target);
    file.write('after');
    expect(readFileSync(target, 'utf8')).toBe('before');
    file.abort();
    file.abort();
    expect(readFileSync(target, 'utf8')).toBe('before');
    writeAll();
    expect(readFileSync(target, 'utf8')).toBe('one,two\r\n');
  });

  it('is the same when it is written behind the caller, a few bytes at a time', async () => {
    const slow = ((
      fd: number,
      data: Uint8Array,
      at: number,
      length: number,
      _place: null,
      done: fs.NoParamCallback,
    ) => fs.write(fd, data, at, Math.min(length, 3), null, done)) as typeof fs.write;
    const file = openAtomic(target, { ...fs, write: slow });
    let written = file.writeBehind('größe,');
    await written;
    written = file.writeBehind(Buffer.from('two\r\n'));
    await written;
    file.commit();
    expect(readFileSync(target, 'utf8')).toBe('größe,two\r\n');
    expect(file.bytes).toBe(13);
  });

  it('leaves nothing behind when a write behind the caller fails', async () => {
    writeFileSync(target, 'before');
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const failing = ((...args: unknown[]) =>
      (args.at(-1) as (error: Error) => void)(full)) as typeof fs.write;
    const file = openAtomic(target, { ...fs, write: failing });
    await expect(file.writeBehind('after')).rejects.toMatchObject({ code: 'disk_full' });
    expect(readdirSync(folder)).toEqual(['export.csv']);
    expect(readFileSync(target, 'utf8')).toBe('before');
  });

  it('cannot be written after it was given up or put in place', () => {
    const file = openAtomic(target);
    file.abort();
    expect(errorOf(() => file.write('x')).code).toBe('target_not_writable');
    expect(errorOf(() => file.commit()).code).toBe('target_not_writable');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes what the system takes, piece by piece', () => {
    const io: AtomicFs = {
      ...fs,
      writeSync: ((fd: number, data: Uint8Array, at: number, length: number) =>
        fs.writeSync(fd, data, at, Math.min(length, 3))) as typeof fs.writeSync,
    };
    writeAll(io);
    expect(readFileSync(target, 'utf8')).toBe('one,two\r\n');
  });
});

it('is on the disk before it has its name, and its name is too', () => {
  const calls: string[] = [];
  const io = { ...fs };
  for (const name of ['writeSync', 'fsyncSync', 'closeSync', 'renameSync'] as const) {
    Object.assign(io, {
      [name]: (...args: unknown[]) => {
        calls.push(name);
        return Reflect.apply(fs[name], fs, args);
      },
    });
  }
  writeAll(io);
  const folderCalls = process.platform === 'win32' ? [] : ['fsyncSync', 'closeSync'];
  expect(calls).toEqual(['writeSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync', ...folderCalls]);
});

describe('a place where no file can stand', () => {
  it.each([
    ['a link', () => symlinkSync(join(root, 'elsewhere'), target), 'that name is a link'],
    ['a folder', () => mkdirSync(target), 'a folder has that name'],
  ])('is refused: %s', (_name, make, words) => {
    make();
    const error = errorOf(() => openAtomic(target));
    expect(error).toMatchObject({ code: 'target_not_writable', details: { path: target } });
    expect(error.message).toContain(words);
    expect(existsSync(join(root, 'elsewhere'))).toBe(false);
  });

  it('is refused when a link was put there in the meantime', () => {
    const file = openAtomic(target);
    file.write('secret');
    symlinkSync(join(root, 'elsewhere'), target);
    expect(errorOf(() => file.commit()).code).toBe('target_not_writable');
    expect(lstatSync(target).isSymbolicLink()).toBe(true);
    expect(existsSync(join(root, 'elsewhere'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['export.csv']);
  });

  it.each([
    ['a folder that is not there', () => join(folder, 'none', 'x.csv')],
    [
      'a file in place of the folder',
      () => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file', 'x.csv');
      },
    ],
    ['a name with a NUL', () => join(folder, 'a\0.csv')],
    ['a name of 300 bytes', () => join(folder, `${'x'.repeat(300)}.csv`)],
  ])('is refused: %s', (_name, make) => {
    const path = make();
    const error = errorOf(() => {
      const file = openAtomic(path);
      file.commit();
    });
    expect(error.code).toBe('target_not_writable');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a fault at any call', () => {
  const calls = ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync', 'lstatSync'] as const;

  /** The real calls, of which the n-th fails: once, or from there on. */
  function failing(n: number, code: string, isForGood: boolean): { io: AtomicFs; made: () => number } {
    let made = 0;
    const io = { ...fs };
    for (const name of calls) {
      Object.assign(io, {
        [name]: (...args: unknown[]) => {
          made++;
          if (made === n || (isForGood && made > n)) {
            // A descriptor is gone even when closing it reports an error.
            if (name === 'closeSync') fs.closeSync(args[0] as number);
            throw Object.assign(new Error(`${code}: planned`), { code });
          }
          return Reflect.apply(fs[name], fs, args);
        },
      });
    }
    return { io, made: () => made };
  }

  for (const code of ['ENOSPC', 'EIO', 'EACCES', 'EPERM', 'EXDEV', 'EROFS']) {
    for (const isForGood of [false, true]) {
      it(`${code}${isForGood ? ' from there on' : ''}: the old file or the whole new one, never a part`, () => {
        const { io: counting, made } = failing(0, code, false);
        writeAll(counting);
        const total = made();
        expect(total).toBeGreaterThan(8);
        for (let n = 1; n <= total; n++) {
          writeFileSync(target, 'before');
          const error = errorOf(() => writeAll(failing(n, code, isForGood).io));
          expect(error.message).toContain(target);
          const content = readFileSync(target, 'utf8');
          // Only making the folder durable comes after the file is in place; the error then says so.
          const isInPlace = error.message.includes('is written');
          expect(error.code).toBe(code === 'ENOSPC' && !isInPlace ? 'disk_full' : 'target_not_writable');
          expect(content).toBe(isInPlace ? 'one,two\r\n' : 'before');
          expect(readdirSync(folder)).toEqual(['export.csv']);
        }
      });
    }
  }
});

describe('what a killed process left', () => {
  const module = join(import.meta.dirname, '../../../src-main/platform/atomic-file.ts');

  it('is removed, and nothing else is', () => {
    writeFileSync(target, 'before');
    const script = `const { openAtomic } = await import(${JSON.stringify(module)});
      openAtomic(${JSON.stringify(target)}).write('half');
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { timeout: 15_000 });
    expect(child.signal).toBe('SIGKILL');
    expect(readFileSync(target, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toHaveLength(2);
    const mine = openAtomic(target);
    writeFileSync(join(folder, '.bulkhead-notes.tmp'), 'not ours');
    expect(removeStaleTemps(folder)).toBe(1);
    mine.write('x');
    mine.commit();
    expect(readdirSync(folder).toSorted()).toEqual(['.bulkhead-notes.tmp', 'export.csv']);
  });

  it.each(['readdirSync', 'unlinkSync'] as const)('stays where it may not be removed (%s)', (call) => {
    const path = join(folder, `.bulkhead-${process.pid}-0123456789abcdef.tmp`);
    writeFileSync(path, 'half');
    utimesSync(path, 0, 0);
    const refuse = (): never => {
      throw Object.assign(new Error('planned'), { code: 'EPERM' });
    };
    expect(removeStaleTemps(folder, { ...fs, [call]: refuse })).toBe(0);
    expect(removeStaleTemps(folder)).toBe(1);
  });

  it('is known by its age where the number of the process came again', () => {
    const path = join(folder, `.bulkhead-${process.pid}-0123456789abcdef.tmp`);
    writeFileSync(path, 'half');
    expect(removeStaleTemps(folder)).toBe(0);
    const before = Date.now() / 1000 - process.uptime() - 60;
    utimesSync(path, before, before);
    expect(removeStaleTemps(folder)).toBe(1);
  });
});
