import { missingMarks } from '../../src-shared/domain/import.ts';

const longestMark = Math.max(...missingMarks.map((mark) => mark.length));
const marks: ReadonlySet<string> = new Set(missingMarks);

/** The file says “nothing here”: an empty field or one of its marks, spaces aside. */
export function isMissing(value: string): boolean {
  if (value.length === 0) return true;
  const first = value.charCodeAt(0);
  // Nearly every field is real text: it starts unlike any mark and unlike a space.
  if (first > 32 && first < 0x1680 && first !== 63 && first !== 78 && first !== 0xa0) return false;
  const trimmed = value.trim();
  return trimmed.length <= longestMark && marks.has(trimmed);
}
