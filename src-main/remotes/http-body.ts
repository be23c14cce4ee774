/** All of an answer as text, up to `max` bytes; throws what `tooLarge` makes when there is more. */
export async function readAll(
  pieces: AsyncIterable<Buffer>,
  max: number,
  tooLarge: () => Error,
): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > max) throw tooLarge();
    kept.push(piece);
  }
  return Buffer.concat(kept).toString('utf8');
}

const newline = 0x0a;

/**
 * The lines of an answer, without empty ones. Characters are read from whole lines, so that none is cut in two; what
 * stands after the last line break is half a line and counts for nothing. Throws what `tooLarge` makes at a line of more
 * than `max` bytes, of which no more than that was kept.
 */
export async function* readLines(
  pieces: AsyncIterable<Buffer>,
  max: number,
  tooLarge: () => Error,
): AsyncGenerator<string, void, void> {
  let begun: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, from)) {
      if (size + end - from > max) throw tooLarge();
      begun.push(piece.subarray(from, end));
      const line = Buffer.concat(begun).toString('utf8').trim();
      begun = [];
      size = 0;
      from = end + 1;
      if (line !== '') yield line;
    }
    size += piece.length - from;
    if (size > max) throw tooLarge();
    if (from < piece.length) begun.push(piece.subarray(from));
  }
}
