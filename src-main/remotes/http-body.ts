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
 * The lines of an answer, without empty ones. Only whole lines are decoded, so no character is cut in two; an
 * incomplete last line is ignored. At a line of more than `max` bytes it throws what `tooLarge` makes, and has kept no
 * more than that in memory.
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
