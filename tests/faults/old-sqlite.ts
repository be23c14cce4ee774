/** Loaded before anything else into every thread of a child: its database threads meet an SQLite that says it is older. */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type Driver from 'better-sqlite3';

if (!isMainThread) {
  const Database = createRequire(import.meta.url)('better-sqlite3') as typeof Driver;
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (this: InstanceType<typeof Database>, text: string) {
    return prepare.call(this, text.replace('sqlite_version()', `'3.51.2'`));
  } as typeof prepare;
}
