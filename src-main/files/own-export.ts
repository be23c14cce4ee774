import { tickets } from '../../src-shared/collections/tickets.ts';

const names: ReadonlySet<string> = new Set(tickets.fields.map(({ name }) => name));
const labels: ReadonlySet<string> = new Set(tickets.fields.map(({ label }) => label));

/**
 * Was the file written by our own export? It then names nothing but ticket fields and carries the version.
 * Only in such a file is a leading apostrophe known to be the guard against formulas.
 */
export function isOwnExport(headers: readonly string[]): boolean {
  const isNamed = headers.includes('version') && headers.every((header) => names.has(header));
  return isNamed || (headers.includes('Version') && headers.every((header) => labels.has(header)));
}
