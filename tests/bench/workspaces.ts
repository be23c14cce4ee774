import { join } from 'node:path';
import { openWriter } from '../../src-main/sql/open.ts';
import { seedTickets } from '../builders/seed.ts';
import { copyFolder, makeFolder, removeFolder } from '../builders/workspace.ts';

/** `open`: every ticket is open, so that all of them can become solved. */
type Content = 'seeded' | 'open';

const templates = new Map<string, string>();

/** A workspace of its own with so many tickets. They are made once per run and copied. */
export function workspaceOf(count: number, content: Content = 'seeded'): string {
  const name = `${content} ${count}`;
  const known = templates.get(name);
  if (known !== undefined) return copyFolder(known);
  const folder = content === 'seeded' ? makeFolder() : workspaceOf(count);
  if (content === 'seeded') seedTickets(folder, count);
  else openTickets(folder);
  templates.set(name, folder);
  return copyFolder(folder);
}

export function removeTemplates(): void {
  for (const folder of templates.values()) removeFolder(folder);
  templates.clear();
}

function openTickets(folder: string): void {
  const db = openWriter(join(folder, 'bulkhead.db'));
  db.exec(`UPDATE tickets SET status = 'open'`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
