import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkspaceFolder } from '../../../src-main/platform/workspace-folder.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

test('a folder is made for its owner alone, and one that is there is used as it is', async () => {
  const place = join(folder, 'a', 'b');
  await makeWorkspaceFolder(place);
  expect(statSync(place).mode & 0o777).toBe(0o700);
  writeFileSync(join(place, 'bulkhead.db'), '');
  await makeWorkspaceFolder(place);
});

test.each([
  ['a file has that name', 'file'],
  ['part of its path is a file', 'file/workspace'],
])('because %s a workspace cannot be there', async (reason, place) => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeWorkspaceFolder(join(folder, place))).rejects.toMatchObject({
    code: 'workspace_not_writable',
    message: expect.stringContaining(reason),
  });
});

// Node's own way to make the folders above goes round for ever there.
test.runIf(process.platform === 'linux').each(['/proc/workspace', '/proc/a/workspace'])(
  'a folder that refuses every new one is refused at once: %s',
  async (place) => {
    await expect(makeWorkspaceFolder(place)).rejects.toMatchObject({
      code: 'workspace_not_writable',
      message: expect.stringContaining('(ENOENT)'),
    });
  },
);
