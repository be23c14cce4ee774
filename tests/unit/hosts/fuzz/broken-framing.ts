import { pick, type Random } from '../../../builders/random.ts';
import { type Sound, toBytes } from './raw-requests.ts';

/** Bytes after which nobody knows where the next request would begin: they come on a connection of their own. */
export function brokenFraming(sound: Sound, random: Random): Buffer {
  return pick(breakers, random)(sound, random);
}

type Breaker = (sound: Sound, random: Random) => Buffer;

const breakers: readonly Breaker[] = [
  // Less than it says.
  (sound, random) => withHead(sound, [`Content-Length: ${sound.body.length + 1 + below(random, 1_000_000)}`]),
  // Cut off somewhere, but for its first bytes: fewer are no request at all.
  (sound, random) => {
    const bytes = toBytes(sound);
    return bytes.subarray(0, 4 + below(random, bytes.length - 5));
  },
  (sound, random) => withHead(sound, [`Content-Length: ${pick(wrongLengths, random)}`]),
  ({ body, ...sound }) =>
    withHead({ ...sound, body }, [`Content-Length: ${body.length}`, 'Content-Length: 1']),
  (sound) => withHead(sound, [`Content-Length: ${sound.body.length}`, 'Transfer-Encoding: chunked']),
  (sound, random) => withHead(sound, [`Transfer-Encoding: ${pick(wrongCodings, random)}`]),
  (sound, random) => chunked(sound, pick(wrongChunks, random)(sound.body)),
  (sound, random) => withHead(sound, [pick(wrongHeaders, random), `Content-Length: ${sound.body.length}`]),
  (sound, random) =>
    Buffer.from(toBytes(sound).toString('latin1').replace('HTTP/1.1', pick(wrongVersions, random)), 'latin1'),
  (sound, random) => {
    const bytes = toBytes(sound);
    const head = bytes.indexOf('\r\n\r\n');
    // A control character where a name, a value or an address stands.
    bytes[1 + below(random, head - 2)] = pick([0, 1, 7, 27, 127], random);
    return bytes;
  },
  (_sound, random) => Buffer.from(Array.from({ length: 8 + below(random, 200) }, () => below(random, 256))),
  () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  () => Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]),
];

const wrongLengths = [
  '',
  '-1',
  '+5',
  '0x10',
  '1e3',
  '1 2',
  '5, 6',
  '99999999999999999999',
  'NaN',
  '1.5',
  '\t;',
];
const wrongCodings = [
  'identity',
  'chunked, gzip',
  'chunked, identity',
  'xchunked',
  'chunked;q=1',
  ' ',
  ',',
  '\u000bchunked',
];
const wrongVersions = ['HTTP/2.0', 'HTTP/3', 'HTTP/1.12', 'HTP/1.1', 'http/1.1', 'HTTP/', '', 'HTTP/1.1 x'];
const wrongHeaders = [
  'no colon',
  ': no name',
  'a space: in the name',
  'Space-Before-Colon : x',
  'X-Nul: a\u0000b',
  'X-Cr: a\rb',
  'X-Folded: a\r\n b',
  '\u00e4\u00f6: x',
  'Content-Length : 0',
  `X-Long: ${'x'.repeat(20_000)}`,
  Array.from({ length: 2_000 }, (_, at) => `X-${at}: 1`).join('\r\n'),
  'Host: evil.example',
  'Expect: 200-maybe',
];

const wrongChunks: readonly ((body: Buffer) => string)[] = [
  () => 'zz\r\nx\r\n0\r\n\r\n',
  () => '-5\r\nhello\r\n0\r\n\r\n',
  () => '0x5\r\nhello\r\n0\r\n\r\n',
  () => '5 \nhello\r\n0\r\n\r\n',
  () => 'FFFFFFFFFFFFFFFFF\r\nhello',
  () => '\r\nhello\r\n0\r\n\r\n',
  () => '3\r\nhello\r\n0\r\n\r\n',
  () => '9\r\nhello\r\n0\r\n\r\n',
  () => '5\r\nhello0\r\n\r\n',
  () => '5\r\nhello\r\n',
  () => '5\r\nhello\r\n0\r\n',
  () => '5\r\nhel',
  () => `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
  () => '5\r\nhello\r\n0\r\nno trailer\r\n\r\n',
  (body) => `${body.length.toString(16)}\r\n${body.toString('latin1')}\r\nG\r\n`,
];

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function withHead({ line, headers, body }: Sound, added: readonly string[]): Buffer {
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${line} HTTP/1.1`, ...own, ...added].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]);
}

function chunked(sound: Sound, text: string): Buffer {
  return withHead({ ...sound, body: Buffer.from(text, 'latin1') }, ['Transfer-Encoding: chunked']);
}
