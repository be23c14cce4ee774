const letters = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
const byteOf = new Map([...letters].map((letter, byte) => [letter, byte]));

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
