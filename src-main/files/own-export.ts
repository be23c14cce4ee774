import { tickets } from '../../src-shared/collections/tickets.ts';

const names: ReadonlySet<string> = new Set(tickets.fields.map(({ name }) => name));

/**
 * Was the file written by our own export? It then names nothing but ticket fields, by their
 * names in the collection, and carries what only a stored ticket has.
 * Only in such a file is a leading apostrophe known to be the guard against formulas.
 */
export function isOwnExport(headers: readonly string[]): boolean {
  const isOurs = headers.includes('version') || (headers.includes('id') && headers.includes('key'));
  return isOurs && headers.every((header) => names.has(header));
}
