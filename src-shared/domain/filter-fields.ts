import type { Collection, Field } from '../collections/field.ts';

/** What a field is called in the filter language: times without their `At`. */
export function filterNameOf(field: Field): string {
  return field.kind === 'time' ? field.name.replace(/At$/, '') : field.name;
}

/** The field that a name in the filter means: its name, its short name or its label, in any case. */
export function findField(collection: Collection, name: string): Field | undefined {
  const wanted = name.toLowerCase();
  return collection.fields.find((field) =>
    [field.name, filterNameOf(field), field.label.replace(/ /g, '_')].some(
      (known) => known.toLowerCase() === wanted,
    ),
  );
}

/** The names that a filter may use, as they are offered. */
function filterNames(collection: Collection): readonly string[] {
  return [...collection.fields.filter((field) => field.isFilterable).map(filterNameOf), 'is'];
}

/** The name that a misspelt one probably meant, or undefined when none is close. */
export function nearestName(collection: Collection, name: string): string | undefined {
  const scored = filterNames(collection)
    .map((known) => ({ known, distance: editDistance(known.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= 2 && best.distance < name.length ? best.known : undefined;
}

/** Insertions, deletions, changes and swaps of neighbours that lead from one word to the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const cell = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(cell(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, cell(i - 1, j - 1) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, cell(i - 2, j - 2) + 1);
      row.push(cost);
    }
  }
  return cell(a.length, b.length);
}
