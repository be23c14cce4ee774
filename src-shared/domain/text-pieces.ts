/** Characters of a piece at most; enough for a paragraph, so that what is found can be read. */
const longest = 1_000;
/** A sentence's end is looked for in this last part of a piece. */
const searched = 400;

/** A text in pieces that end with a sentence where they can, else with a word. Nothing but the space between is lost. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > longest) {
    const end = endWithin(rest.slice(0, longest));
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

/** How many pieces a transcript has: null where there is none, and none in one of spaces. */
export function pieceCount(transcript: string | number | null | undefined): number | null {
  return transcript ? piecesOf(String(transcript)).length : null;
}

function endWithin(head: string): number {
  const tail = head.length - searched;
  const sentence = /^[^]*[.!?…。！？](?=\s|$)/u.exec(head)?.[0].length ?? 0;
  if (sentence > tail) return sentence;
  const word = /^[^]*\s/u.exec(head)?.[0].length ?? 0;
  if (word > tail) return word;
  // Half of a pair is no character.
  return /[\uD800-\uDBFF]$/.test(head) ? head.length - 1 : head.length;
}
