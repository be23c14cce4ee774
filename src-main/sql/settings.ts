import sql from 'sql-template-tag';
import type { Db } from './open.ts';
import { all, run } from './statement.ts';

/** Every stored setting by name, as parsed JSON; the caller decides what of it is still valid. Damaged ones are left out. */
export function readSettings(db: Db): Record<string, unknown> {
  const rows = all<{ name: string; value: string }>(
    db,
    sql`SELECT name, value FROM settings WHERE json_valid(value)`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
}

/** Answers every stored setting, so that answers come in the order of the changes. */
export function writeSettings(
  db: Db,
  args: { settings: Readonly<Record<string, unknown>> },
): Record<string, unknown> {
  return db
    .transaction(() => {
      for (const [name, value] of Object.entries(args.settings)) {
        run(
          db,
          sql`INSERT INTO settings (name, value) VALUES (${name}, ${JSON.stringify(value)})
            ON CONFLICT DO UPDATE SET value = excluded.value`,
        );
      }
      return readSettings(db);
    })
    .immediate();
}
