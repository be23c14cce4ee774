import { pick, type Random } from '../../../builders/random.ts';
import type { Sound } from './raw-requests.ts';

/** A request that opens a WebSocket. */
export function handshake(path: string, headers: Readonly<Record<string, string>>): Sound {
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return { line: `GET ${path}`, headers: { ...headers, ...upgrade }, body: Buffer.alloc(0) };
}

/** The same with one thing wrong with it. */
export function wrongHandshake(sound: Sound, random: Random): Sound {
  const [path = ''] = sound.line.split(' ').slice(1);
  const changed = (name: string, values: readonly string[]): Sound => ({
    ...sound,
    headers: { ...sound.headers, [name]: pick(values, random) },
  });
  return pick<() => Sound>(
    [
      () => changed('Sec-WebSocket-Version', ['', '7', '99', '13, 13', 'x', '-13']),
      () => changed('Sec-WebSocket-Key', ['', 'x', 'A'.repeat(24), 'dGhlIHNhbXBsZSBub25jZQ', '='.repeat(24)]),
      () => changed('Sec-WebSocket-Protocol', ['', ',', 'a,a', 'a b', 'x;']),
      () => changed('Upgrade', ['', 'h2c', 'websocket, h2c', 'websocket2', 'TLS/1.0']),
      () => changed('Connection', ['close', '', 'x']),
      () => changed('Origin', ['null', 'https://evil.example', '']),
      () => changed('Host', ['evil.example', '', '127.0.0.1']),
      () => ({ ...sound, line: `${pick(['POST', 'PUT', 'OPTIONS'], random)} ${path}` }),
      () => ({ ...sound, line: `GET ${path}${pick(['/', '%00', '/..', '/x', '%2f'], random)}` }),
    ],
    random,
  )();
}

/** Frames for which a connection has to end: none of them is a whole message, or says what may be said there. */
export function wrongFrame(random: Random): Buffer {
  const bytes = Buffer.from(
    Array.from({ length: 1 + Math.floor(random() * 100) }, () => Math.floor(random() * 256)),
  );
  return pick<() => Buffer>(
    [
      // From a client without a mask.
      () => Buffer.concat([Buffer.from([0x81, bytes.length]), bytes]),
      // Reserved bits, and kinds of frame that there are not.
      () => frame(0x81 | pick([0x40, 0x20, 0x10, 0x70], random), bytes),
      () => frame(0x80 | pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15], random), bytes),
      // Control frames in parts, or too long.
      () => frame(pick([0x08, 0x09, 0x0a], random), bytes),
      () => frame(pick([0x88, 0x89, 0x8a], random), Buffer.alloc(126)),
      // The middle of nothing, and a beginning within another.
      () => frame(0x80, bytes),
      () => Buffer.concat([frame(0x01, bytes), frame(0x81, bytes)]),
      // A text that is none, and ends that say nothing.
      () => frame(0x81, Buffer.concat([Buffer.from([0xff, 0xc0]), bytes])),
      () => frame(0x88, Buffer.from([3])),
      () => frame(0x88, Buffer.from([0, 1])),
      () => frame(0x88, Buffer.from([3, 237])),
      () => frame(0x88, Buffer.from([3, 232, 0xff, 0xff])),
      // Longer than anything may be, and longer than any number.
      () => Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]),
      () => Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]),
      () => frame(0x82, bytes),
    ],
    random,
  )();
}

/** A frame with a mask of zeros, which leaves what it holds as it is. */
function frame(head: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0xfe, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([head, ...size, 0, 0, 0, 0]), payload]);
}

/** The code with which the server ended a connection, by what it sent after the answer to the handshake; null where it did not say. */
export function closeCodeIn(bytes: Buffer): number | null {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = (bytes[at + 1] ?? 0) & 127;
    const start = at + (short === 126 ? 4 : 2);
    if (bytes[at] === 0x88) return bytes.readUInt16BE(start);
    at = start + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
  }
  return null;
}
