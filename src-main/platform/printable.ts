/** A text on one line, its first `most` characters, that changes nothing where it is shown. */
export function printable(text: string, most: number): string {
  const oneLine = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\uFFFD');
  return oneLine.length > most ? `${oneLine.slice(0, most)}…` : oneLine;
}
