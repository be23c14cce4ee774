import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { Template } from '../../../src-shared/domain/schedule.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { Db } from '../open.ts';
import { all, get, run } from '../statement.ts';

interface TemplateRow {
  id: number;
  name: string;
  action: string;
  collection: string;
  selection: string;
  input: string;
  options: string;
  created_by: string;
  created_at: number;
  updated_at: number;
}

function toTemplate(row: TemplateRow): Template {
  return Template.parse({
    id: row.id,
    name: row.name,
    action: row.action,
    collection: row.collection,
    selection: JSON.parse(row.selection) as unknown,
    input: JSON.parse(row.input) as unknown,
    options: JSON.parse(row.options) as unknown,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

export type TemplateContent = Omit<Template, 'id' | 'createdBy' | 'createdAt' | 'updatedAt'>;

/** Every template, by name. */
export function listTemplates(db: Db): Template[] {
  return all<TemplateRow>(db, sql`SELECT * FROM templates ORDER BY name`).map(toTemplate);
}

/** One template. Throws `not_found`. */
export function getTemplate(db: Db, args: { id: number }): Template {
  const row = get<TemplateRow>(db, sql`SELECT * FROM templates WHERE id = ${args.id}`);
  if (!row) throw noTemplate();
  return toTemplate(row);
}

/** Inserts a template, or changes the one with this id. Throws `name_taken` and `not_found`. */
export function saveTemplate(
  db: Db,
  args: { id: number | null; content: TemplateContent; actor: string; nowMs: number },
): Template {
  const { id, content, actor, nowMs } = args;
  const { name, action, collection } = content;
  const [selection, input, options] = [content.selection, content.input, content.options].map((part) =>
    JSON.stringify(part),
  );
  return nameFree(name, () => {
    const row = get<TemplateRow>(
      db,
      id === null
        ? sql`INSERT INTO templates (name, action, collection, selection, input, options, created_by, created_at, updated_at)
            VALUES (${name}, ${action}, ${collection}, ${selection}, ${input}, ${options}, ${actor}, ${nowMs}, ${nowMs}) RETURNING *`
        : sql`UPDATE templates SET name = ${name}, action = ${action}, collection = ${collection}, selection = ${selection},
            input = ${input}, options = ${options}, updated_at = ${nowMs} WHERE id = ${id} RETURNING *`,
    );
    if (!row) throw noTemplate();
    return toTemplate(row);
  });
}

/** Removes a template and its schedules. Throws `not_found`. */
export function deleteTemplate(db: Db, args: { id: number }): void {
  if (run(db, sql`DELETE FROM templates WHERE id = ${args.id}`) === 0) throw noTemplate();
}

function nameFree<T>(name: string, save: () => T): T {
  try {
    return save();
  } catch (cause) {
    if (errorCode(cause) !== 'SQLITE_CONSTRAINT_UNIQUE') throw cause;
    throw new BulkheadError('name_taken', `There is a template called "${name}" already.`, { cause });
  }
}

function noTemplate(): BulkheadError {
  return new BulkheadError('not_found', 'This template is not there any more.');
}
