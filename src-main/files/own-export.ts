import { type CollectionName, collectionNames, collections } from '../../src-shared/collections/index.ts';

/**
 * Was the file written by our own export? It then names nothing but fields of a collection, by their
 * names there, and carries what only a stored record has.
 * Only in such a file is a leading apostrophe known to be the guard against formulas.
 */
export function isOwnExport(headers: readonly string[]): boolean {
  const isOurs = headers.includes('version') || (headers.includes('id') && headers.includes('key'));
  return isOurs && collectionNames.some((name) => foreignHeader(name, headers) === undefined);
}

/** The first name in a header that is no field of a collection. */
export function foreignHeader(name: CollectionName, headers: readonly string[]): string | undefined {
  return headers.find((header) => !collections[name].fields.some((field) => field.name === header));
}
