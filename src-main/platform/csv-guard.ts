/**
 * Spreadsheets run a cell as a formula when it begins with one of these, after marks that they or an importer
 * drop: a byte order mark, spaces, invisible characters, quotation marks, and U+FFFD that stands for a NUL.
 * The apostrophe is among what may stand before, which is what makes the guard reversible.
 */
const formula =
  /^[\uFEFF\uFFFD \u00A0\u2000-\u200F\u202A-\u202F\u205F-\u2069\u3000"']*[=+\-@\t\r\n\0\uFF1D\uFF0B\uFF0D\uFF20]/;

/** The text, made harmless with a leading apostrophe where a spreadsheet would run it. */
export function guard(text: string): string {
  return isFormula(text) ? `'${text}` : text;
}

/** Takes back what `guard` did: `unguard(guard(text)) === text` for every text. */
export function unguard(text: string): string {
  return text.charCodeAt(0) === 39 && isFormula(text.slice(1)) ? text.slice(1) : text;
}

/** Would a spreadsheet run this cell? */
function isFormula(text: string): boolean {
  const first = text.charCodeAt(0);
  // Letters and digits begin nearly every cell and no formula.
  if ((first >= 48 && first <= 57) || (first >= 65 && first <= 122) || text.length === 0) return false;
  return formula.test(text);
}
