const mark = /\.rejected-rows(-\d+)?( ?\(\d+\))?$/;

/** The name of a file has room for so many bytes of a source beside the rest. */
const longestSource = 150;
/** What no file's name may hold, or begin with. */
const unsafe = /[%/\\<>:"|?*]|^[.\s]/g;

/**
 * What the file of an import's rejected rows is called: its name leads the next import to the same source, so that no
 * ticket can come in twice. A very long source is cut; that is seen where it is proposed.
 */
export function errorFileName(source: string, operationId: number): string {
  let name = '';
  let bytes = 0;
  for (const letter of source.replace(unsafe, percent)) {
    bytes += bytesOf(letter);
    if (bytes > longestSource) break;
    name += letter;
  }
  return `${name.replace(/%[\dA-F]?$/, '')}.rejected-rows-${operationId}.csv`;
}

/** The source that a file, by its name without the extension, is from: its own name, unless it is an error file. */
export function sourceOfFile(stem: string): string {
  if (!mark.test(stem)) return stem;
  return stem
    .replace(mark, '')
    .replace(/%([\dA-F]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function percent(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** In UTF-8. */
function bytesOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
