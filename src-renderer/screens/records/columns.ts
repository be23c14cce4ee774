import { type Collection, type Field, fieldOf } from '../../../src-shared/collections/field.ts';

/**
 * Least and greatest width in px; the one without a greatest takes what is left. The columns that tickets begin with fit
 * beside the open rail in a window of 1280.
 */
const widths: Readonly<Record<string, readonly [number, number | null]>> = {
  id: [88, 88],
  key: [76, 112],
  subject: [144, null],
  title: [168, null],
  customer: [160, null],
  status: [104, 108],
  priority: [84, 96],
  category: [92, 136],
  assignee: [90, 120],
  owner: [88, 136],
  creator: [88, 136],
  currency: [92, 96],
  durationS: [100, 108],
  hasTranscript: [116, 120],
  isLocked: [76, 84],
  isArchived: [84, 92],
  chunks: [96, 104],
  messages: [92, 100],
  exports: [84, 92],
  items: [72, 80],
  total: [84, 110],
  createdAt: [92, 108],
  updatedAt: [92, 108],
  deletedAt: [84, 104],
  version: [60, 72],
};
const otherWidths = [88, 152] as const;
/** In a grid of this width in px or more, columns have their greatest width; in a narrower one they give way to the one that takes what is left. */
const roomyPx = 1000;
const checkPx = 36;
/** The grid's border and the bar that it scrolls with. */
const edgesPx = 17;
/** What tells one record from another stays in any window. */
const leastColumns = 4;

/** The fields to show as columns, in the order chosen; names that are no longer known are left out. */
export function columnsOf(collection: Collection, names: readonly string[]): readonly Field[] {
  const chosen = names.map((name) => fieldOf(collection, name)).filter((field) => field !== undefined);
  return chosen.length > 0 ? chosen : collection.fields.slice(0, 1);
}

/** The columns that a collection begins with, as many as fit beside each other into so many px: those before the last give way. */
export function columnsIn(roomPx: number, collection: Collection): readonly Field[] {
  const columns = [...columnsOf(collection, collection.defaultColumns)];
  while (columns.length > leastColumns && leastWidthOf(columns) > roomPx - edgesPx) columns.splice(-2, 1);
  return columns;
}

/** Fields that a column can show: all that a row of the grid carries. */
export function possibleColumns(collection: Collection): readonly Field[] {
  return collection.fields.filter((field) => field.kind !== 'long_text');
}

/** The columns' widths as a CSS grid template, the check box first. */
export function templateOf(columns: readonly Field[]): string {
  const tracks = columns.map((field) => {
    const [least, greatest] = widths[field.name] ?? otherWidths;
    if (greatest === null) return `minmax(${least}px, 1fr)`;
    // A date that is cut off tells no year.
    if (field.kind === 'time') return `minmax(${least}px, ${greatest}px)`;
    return `minmax(${least}px, min(${(greatest / roomyPx) * 100}cqi, ${greatest}px))`;
  });
  return [`${checkPx}px`, ...tracks].join(' ');
}

/** Below this width in px the grid scrolls sideways. */
export function leastWidthOf(columns: readonly Field[]): number {
  return columns.reduce((sum, field) => sum + (widths[field.name] ?? otherWidths)[0], checkPx);
}
