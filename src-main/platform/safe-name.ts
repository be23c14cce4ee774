import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';

const maxBytes = 180;
const maxExtensionBytes = 20;
const deviceNames = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)/i;

/**
 * A file name that is a single, visible, writable name on every system, made of one that came from a window.
 * Folders, control and bidi characters, device names, hidden names and overlong names do not survive.
 */
export function safeFileName(wanted: string, fallback: string): string {
  const last = wanted.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const visible = last
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+/, '');
  const name = shorten(visible).replace(/[.\s]+$/, '') || fallback;
  return deviceNames.test(name) ? `_${name}` : name;
}

/** Cuts the stem, never the extension or half a character. */
function shorten(name: string): string {
  const extension = extname(name);
  const kept = firstBytes(extension, maxExtensionBytes);
  return firstBytes(name.slice(0, name.length - extension.length), maxBytes - Buffer.byteLength(kept)) + kept;
}

/** The beginning of a text that is no longer than this in UTF-8. */
function firstBytes(text: string, most: number): string {
  let end = 0;
  let bytes = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > most) break;
    end += letter.length;
  }
  return text.slice(0, end);
}

/** The same name with a number before the extension: `export (2).csv`. */
function numberedName(name: string, number: number): string {
  const extension = extname(name);
  return number < 2 ? name : `${name.slice(0, name.length - extension.length)} (${number})${extension}`;
}

/** What paths have in common that are the same file where letters are not told apart by their case. */
export function asOne(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/**
 * A path in the folder at which nothing stands, nor what else counts as taken. Numbers are given in order, so that the end
 * of them is found without looking at each: after a hundred thousand exports of one name that would hold everything up.
 */
export function freePath(folder: string, name: string, isTaken = (_path: string): boolean => false): string {
  const pathOf = (number: number): string => join(folder, numberedName(name, number));
  const isFree = (number: number): boolean => !existsSync(pathOf(number)) && !isTaken(pathOf(number));
  let taken = 0;
  let free = 1;
  for (; !isFree(free); free *= 2) taken = free;
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isFree(middle)) free = middle;
    else taken = middle;
  }
  return pathOf(free);
}
