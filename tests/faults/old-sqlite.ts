/** Loaded before anything else into every thread of a child: its database threads meet an SQLite that says it is older. */
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) {
  const { default: Database } = await import('better-sqlite3');
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (this: InstanceType<typeof Database>, text: string) {
    return prepare.call(this, text.replace('sqlite_version()', `'3.51.2'`));
  } as typeof prepare;
}
