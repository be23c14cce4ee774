const dayMs = 86_400_000;
const zero = 48;

const yearZeroMs = -62_167_219_200_000;
const year10000Ms = 253_402_300_800_000;

/** A time whose year has four digits, no sign. */
export function isPlainTime(epochMs: number): boolean {
  return epochMs >= yearZeroMs && epochMs < year10000Ms;
}

/**
 * Writes a plain time, epoch ms, into bytes as `Date.toISOString` would and answers where it ends; several times faster
 * for many times of few days.
 */
export function createIsoWriter(): (epochMs: number, bytes: Uint8Array, at: number) => number {
  const days = new Map<number, Uint8Array>();

  function midnightOf(day: number): Uint8Array {
    let text = days.get(day);
    if (!text) {
      text = Buffer.from(new Date(day * dayMs).toISOString(), 'latin1');
      days.set(day, text);
    }
    return text;
  }

  return (epochMs, bytes, start) => {
    const day = Math.floor(epochMs / dayMs);
    const text = midnightOf(day);
    for (let place = 0; place < text.length; place += 1) bytes[start + place] = text[place] ?? zero;
    const end = start + text.length;
    const ms = epochMs - day * dayMs;
    const seconds = Math.trunc(ms / 1000);
    const minutes = Math.trunc(seconds / 60);
    const hours = Math.trunc(minutes / 60);
    const millis = ms - seconds * 1000;
    const hundreds = Math.trunc(millis / 100);
    writeTwo(hours, bytes, end - 13);
    writeTwo(minutes - hours * 60, bytes, end - 10);
    writeTwo(seconds - minutes * 60, bytes, end - 7);
    bytes[end - 4] = zero + hundreds;
    writeTwo(millis - hundreds * 100, bytes, end - 3);
    return end;
  };
}

function writeTwo(value: number, bytes: Uint8Array, at: number): void {
  const tens = Math.trunc(value / 10);
  bytes[at] = zero + tens;
  bytes[at + 1] = zero + value - tens * 10;
}
