/** What its bytes from 0x80 to 0x9f stand for; five of them for nothing but themselves. */
const special = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** All that Windows-1252 can say, in the order of its bytes: https://encoding.spec.whatwg.org/index-windows-1252.txt */
export const westernLetters: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => special[byte - 0x80] ?? String.fromCharCode(byte),
);
const byteOf = new Map(westernLetters.map((letter, byte) => [letter, byte]));

/** What was read as Windows-1252 as the bytes that it was. Throws for other letters. */
export function westernBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = byteOf.get(text[at] ?? '');
    if (byte === undefined) throw new Error('a letter is not of Windows-1252');
    bytes[at] = byte;
  }
  return bytes;
}
