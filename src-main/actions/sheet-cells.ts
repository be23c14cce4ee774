import { formatNumber } from '../../src-shared/domain/number-words.ts';
import { westernLetters } from '../../src-shared/domain/western.ts';

/** What a cell holds at most in Excel: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 */
const longestCell = 32_767;
/** A spreadsheet keeps so many digits of a number; zeros stand for the others. */
const keptDigits = 15;
/** What Excel shows, and saves, as `1.23457E+11`, in some languages with a comma. */
const longNumber = /^\d{12,}$/;
const shortNumber = /^\d(?:[.,](\d{1,20}))?E\+\d+$/i;

/** What Windows-1252 lacks. For a letter beyond the first 65,536 there is one mark or two. */
const western = `\\0-\\xff${westernLetters.filter((letter) => letter > '\xff').join('')}`;
const notWestern = new RegExp(`[^${western}]`, 'gu');
const notWesternUnit = new RegExp(`[^${western}]`, 'g');

/** Is a cell what was exported, or what a spreadsheet makes of it by itself? */
export function isUntouched(cell: string, exported: string, isLossy: boolean): boolean {
  return (
    isSame(cell, exported) || isAsNumber(cell, exported) || (isLossy && isWithoutItsLetters(cell, exported))
  );
}

/** As `isUntouched`, for what names a record: there a number that was shortened may be another one. */
export function isSameKey(cell: string, exported: string, isLossy: boolean): boolean {
  const isSameNumber = withoutZeros(cell) === withoutZeros(exported);
  return isSameNumber || (isLossy && isWithoutItsLetters(cell, exported));
}

export function isShortened(cell: string, exported: string): boolean {
  return longNumber.test(exported) && shortNumber.test(cell);
}

/** What a spreadsheet has done to an edited text that makes it unusable; null if the text is intact. */
export function damageOf(cell: string, exported: string, isLossy: boolean): string | null {
  if (cell.length === longestCell && withOneLineEnd(exported).startsWith(withOneLineEnd(cell)))
    return `was cut off after ${formatNumber(longestCell)} characters, as spreadsheets do`;
  const hasLost = exported.search(notWesternUnit) >= 0 && cell.split('?').length > exported.split('?').length;
  return isLossy && hasLost
    ? 'has question marks for letters that the file could not hold. Edit the export again and save it as CSV UTF-8'
    : null;
}

/** Spreadsheets write line ends within a cell their own way. */
function isSame(cell: string, exported: string): boolean {
  return cell === exported || withOneLineEnd(cell) === withOneLineEnd(exported);
}

/** Digits are taken for a number: zeros that it does not need go, and a long one is shortened. */
function isAsNumber(cell: string, exported: string): boolean {
  if (!/^\d+(?:\.\d+)?$/.test(exported)) return false;
  const number = Number(exported);
  const short = shortNumber.exec(cell);
  if (short) return Number(cell.replace(',', '.')) === Number(number.toExponential(short[1]?.length ?? 0));
  const digits = withoutZeros(exported);
  return cell === String(number) || cell === digits.slice(0, keptDigits).padEnd(digits.length, '0');
}

function isWithoutItsLetters(cell: string, exported: string): boolean {
  return [notWestern, notWesternUnit].some((letters) => isSame(cell, exported.replace(letters, '?')));
}

/** In two steps: one pattern would look at the rest of a long text anew from each of its zeros. */
function withoutZeros(text: string): string {
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

function withOneLineEnd(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
