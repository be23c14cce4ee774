import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import config from '../../../.dependency-cruiser.mjs';
import { checkLayers } from '../../../scripts/check-layers.mjs';
import { root } from '../../../scripts/lib/tools.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-layers-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function rulesBroken(): Promise<string[]> {
  const { violations } = await checkLayers(folder);
  return violations.map(({ rule }) => rule).toSorted();
}

const leaf = 'export const value = 1;\nexport interface Row { readonly id: number }\n';

/** One forbidden import each: the rule, who imports, what it imports. `type` makes it a type-only import. */
const planted: readonly { rule: string; from: string; to: string; type?: true }[] = [
  { rule: 'shared-is-the-bottom', from: 'src-shared/domain/a.ts', to: 'src-main/store/b.ts' },
  { rule: 'shared-is-the-bottom', from: 'src-shared/domain/a.ts', to: 'node:fs' },
  { rule: 'shared-is-the-bottom', from: 'src-shared/domain/a.ts', to: 'react' },
  {
    rule: 'renderer-never-imports-main',
    from: 'src-renderer/app/a.tsx',
    to: 'src-main/console.ts',
    type: true,
  },
  { rule: 'main-never-imports-renderer', from: 'src-main/api/a.ts', to: 'src-renderer/app/b.ts' },
  { rule: 'renderer-has-no-node', from: 'src-renderer/app/a.ts', to: 'node:fs' },
  { rule: 'electron-only-in-its-host', from: 'src-main/hosts/server/a.ts', to: 'electron' },
  { rule: 'electron-only-in-its-host', from: 'tests/unit/a.ts', to: 'electron', type: true },
  { rule: 'sqlite-only-in-its-threads', from: 'src-main/store/a.ts', to: 'better-sqlite3', type: true },
  { rule: 'sql-only-in-its-threads', from: 'src-main/store/a.ts', to: 'src-main/sql/b.ts' },
  { rule: 'sql-types-only-in-the-store', from: 'src-main/engine/a.ts', to: 'src-main/sql/b.ts', type: true },
  { rule: 'nobody-imports-a-host', from: 'src-main/api/a.ts', to: 'src-main/hosts/server/b.ts' },
  { rule: 'platform-is-a-leaf', from: 'src-main/platform/a.ts', to: 'src-main/store/b.ts' },
  { rule: 'actions-are-declarations', from: 'src-main/actions/a.ts', to: 'src-main/platform/b.ts' },
  { rule: 'actions-are-declarations', from: 'src-main/actions/a.ts', to: 'node:path' },
  { rule: 'remotes-know-no-engine', from: 'src-main/remotes/a.ts', to: 'src-main/engine/b.ts', type: true },
  { rule: 'vendors-know-no-engine', from: 'src-main/vendors/a.ts', to: 'src-main/engine/b.ts', type: true },
  { rule: 'mirrors-stand-on-the-engine', from: 'src-main/engine/a.ts', to: 'src-main/mirror/b.ts' },
  { rule: 'engine-below-api', from: 'src-main/engine/a.ts', to: 'src-main/api/b.ts' },
  { rule: 'store-below-engine', from: 'src-main/store/a.ts', to: 'src-main/engine/b.ts' },
];

describe('a forbidden import is reported', () => {
  test.each(planted)('$rule: $from imports $to', async ({ rule, from, to, type }) => {
    const isPackage = !to.startsWith('src-');
    const specifier = isPackage ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`;
    plant({
      [from]: `${type ? 'import type { Row }' : 'import { value }'} from '${specifier}';\n`,
      ...(isPackage ? {} : { [to]: leaf }),
    });
    expect(await rulesBroken()).toEqual([rule]);
  });

  test('two files that import each other', async () => {
    plant({
      'src-main/engine/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
      'src-main/engine/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
    });
    expect(await rulesBroken()).toEqual(['no-cycles']);
  });

  test('a file that does not exist', async () => {
    plant({ 'src-main/engine/a.ts': "import { b } from './b.ts';\nexport const a = b;\n" });
    expect(await rulesBroken()).toEqual(['imports-resolve']);
  });
});

test('a checker that leaves files out is an error and not a success', async () => {
  plant({ 'src-shared/domain/item.ts': leaf });
  const checking = checkLayers(folder, { ...config.options, exclude: { path: 'item' } });
  await expect(checking).rejects.toThrow('read 0 of 1 source files');
});

describe('the roads that are open stay open', () => {
  test('the allowed imports of every layer pass', async () => {
    plant({
      'src-shared/domain/item.ts': "import { z } from 'zod';\nexport const Item = z.string();\n",
      'src-renderer/app/app.tsx':
        "import { Item } from '../../src-shared/domain/item.ts';\nexport const a = Item;\n",
      'src-main/platform/ids.ts':
        "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID;\n",
      'src-main/actions/set.ts':
        "import { z } from 'zod';\nimport { Item } from '../../src-shared/domain/item.ts';\n",
      'src-main/sql/records/tickets.ts':
        "import Database from 'better-sqlite3';\nexport type Db = Database.Database;\n",
      'src-main/workers/writer.worker.ts':
        "import Database from 'better-sqlite3';\nimport '../sql/records/tickets.ts';\n",
      'src-main/store/store.ts':
        "import type { Db } from '../sql/records/tickets.ts';\nexport type Store = Db;\n",
      'src-main/engine/run.ts': "import type { Store } from '../store/store.ts';\nexport type Run = Store;\n",
      'src-main/api/records.ts':
        "import type { Run } from '../engine/run.ts';\nimport '../store/store.ts';\n",
      'src-main/hosts/electron/main.ts': "import { app } from 'electron';\nimport '../../api/records.ts';\n",
      'tests/unit/tickets.test.ts':
        "import '../../src-main/sql/records/tickets.ts';\nimport 'better-sqlite3';\n",
    });
    expect(await checkLayers(folder)).toEqual({ files: 11, violations: [] });
  });
});
