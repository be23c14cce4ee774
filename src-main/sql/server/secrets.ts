import sql from 'sql-template-tag';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';

/** What the workspace signs with; the value given becomes it where there is none yet. */
export function keepSecret(db: Db, { value }: { value: string }): string {
  return db
    .transaction(() => {
      run(db, sql`INSERT INTO secrets (name, value) VALUES ('links', ${value}) ON CONFLICT DO NOTHING`);
      const kept = readSecret(db);
      if (kept === null) throw new Error('the secret that was kept is not there');
      return kept;
    })
    .immediate();
}

/** What the workspace signs with, or null where it has signed nothing yet. */
export function readSecret(db: Db): string | null {
  return get<{ value: string }>(db, sql`SELECT value FROM secrets WHERE name = 'links'`)?.value ?? null;
}
