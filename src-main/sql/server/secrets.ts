import sql from 'sql-template-tag';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';

/** The secret of this name; the one given becomes it where there is none yet. */
export function keepSecret(db: Db, args: { name: string; value: string }): string {
  return db
    .transaction(() => {
      run(
        db,
        sql`INSERT INTO secrets (name, value) VALUES (${args.name}, ${args.value}) ON CONFLICT DO NOTHING`,
      );
      const kept = get<{ value: string }>(db, sql`SELECT value FROM secrets WHERE name = ${args.name}`);
      if (!kept) throw new Error('the secret that was kept is not there');
      return kept.value;
    })
    .immediate();
}
