import { type CollectionName, collectionNames, collections } from '../../src-shared/collections/index.ts';
import { editableFields } from '../actions/shared/edit.ts';

/**
 * Was the file written by our own export? It then names nothing but fields of a collection, by their
 * names there, and carries what only a stored record has.
 * Only in such a file is a leading apostrophe known to be the guard against formulas.
 */
export function isOwnExport(headers: readonly string[]): boolean {
  const isOurs = headers.includes('version') || (headers.includes('id') && headers.includes('key'));
  return isOurs && collectionNames.some((name) => foreignHeader(name, headers) === undefined);
}

/** Why a file is not an export with which records of a collection can be changed, or null if it is one. */
export function whyNoExport(name: CollectionName, headers: readonly string[]): string | null {
  const missing = ['id', 'version'].find((header) => !headers.includes(header));
  if (missing) return `it has no column “${missing}”`;
  const foreign = foreignHeader(name, headers);
  if (foreign !== undefined) return `${collections[name].many} have no “${foreign.slice(0, 60)}”`;
  const hasEdits = editableFields(name).some((field) => headers.includes(field));
  return hasEdits ? null : 'it has no column that can be changed';
}

/** The first name in a header that is no field of a collection. */
function foreignHeader(name: CollectionName, headers: readonly string[]): string | undefined {
  return headers.find((header) => !collections[name].fields.some((field) => field.name === header));
}
