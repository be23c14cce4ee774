import { pick, type Random } from '../../../builders/random.ts';

/** A request that would be taken: every malformed one is this with something wrong in it. */
export interface Sound {
  /** `POST /rpc` */
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function toBytes({ line, headers, body }: Sound): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `Content-Length: ${body.length}\r\n`;
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join('')}${length}\r\n`, 'latin1'), body]);
}

/** The same with a body that says to be of another type than the address takes, of two, or of none. */
export function wrongType(sound: Sound, random: Random): Sound {
  const { 'Content-Type': type = '', ...untyped } = sound.headers;
  const headers = pick(
    [
      untyped,
      { ...untyped, 'Content-Type': pick(wrongTypes, random) },
      // A second header of the same name: names are alike in any case.
      { ...untyped, 'Content-Type': type, 'content-type': pick(wrongTypes, random) },
      { ...untyped, 'Content-Type': type, 'Content-Encoding': pick(encodings, random) },
    ],
    random,
  );
  return { ...sound, headers };
}

/** The same by a method that the address does not have, or at an address that is too long. */
export function wrongHead(sound: Sound, random: Random): Sound {
  const [, path = ''] = sound.line.split(' ');
  return pick(
    [
      { ...sound, line: `${pick(wrongMethods, random)} ${path}` },
      { ...sound, line: `${sound.line}?${'x'.repeat(2_048)}` },
    ],
    random,
  );
}

const wrongTypes = [
  '',
  'text/plain',
  'text/json',
  'application/json;',
  'application/json, application/json',
  'application/json; charset=utf-16',
  'application/json; charset=utf-8; charset=utf-7',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream; x=y',
  'application/vnd.api+json',
  '*/*',
  'x'.repeat(5_000),
];
const encodings = ['gzip', 'br', 'identity', 'chunked', ''];
const wrongMethods = ['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND'];

/** Bytes that are no JSON of use to anybody: broken, of the wrong type, nested without end, or in no text at all. */
export function wrongJson(body: Buffer, random: Random): Buffer {
  const text = body.toString();
  const at = Math.floor(random() * text.length);
  return Buffer.from(pick(wrongJsonMakers, random)(text, at, random));
}

type WrongJson = (text: string, at: number, random: Random) => string | Buffer;

const wrongJsonMakers: readonly WrongJson[] = [
  () => '',
  () => ' \r\n\t',
  (text, at) => text.slice(0, at),
  (text) => `${text}${text}`,
  (text) => `${text},`,
  (text) => text.replaceAll('"', "'"),
  (text) => `${text.slice(0, -1)},}`,
  (text) => `/* x */ ${text}`,
  (text, at, random) =>
    `${text.slice(0, at)}${pick(['\u0000', '\u0001', '\n"', '\\x', '}', ']', '{'], random)}`,
  (text) => `{"__proto__":{"isAdmin":true},${text.slice(1)}`,
  (text) => `{"constructor":{"prototype":{"isAdmin":true}},${text.slice(1)}`,
  (text) => `{"\\u005f_proto__":{"isAdmin":true},${text.slice(1)}`,
  (text, _at, random) =>
    `${text.slice(0, -1)},"extra":${pick(['1e999', '9'.repeat(400), '-0', '01', 'NaN', 'Infinity', '1.', '.5'], random)}}`,
  // The last one of a name counts.
  (text) =>
    `${text.slice(0, -1)}${keysOf(text)
      .map((key) => `,${JSON.stringify(key)}:[]`)
      .join('')}}`,
  (_text, _at, random) => pick(['null', 'true', '0', '1e999', '"x"', '[]', '{}', '[{}]', '[[]]'], random),
  (_text, _at, random) => nested('[', ']', random),
  (_text, _at, random) => nested('{"a":', '}', random),
  (text, _at, random) => `${text.slice(0, -1)},"extra":${nested('[', ']', random)}}`,
  (text, at, random) => wrongUtf8(text, at, random),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]),
  (_text, at, random) => Buffer.from(Array.from({ length: at + 1 }, () => Math.floor(random() * 256))),
];

function keysOf(text: string): string[] {
  return Object.keys(JSON.parse(text) as object);
}

/** Without its ends now and then; far deeper than anybody nests in one case of twenty. */
function nested(open: string, close: string, random: Random): string {
  const depth = Math.floor(40 + random() * (random() < 0.05 ? 100_000 : 500));
  return open.repeat(depth) + (random() < 0.5 ? close.repeat(depth) : '');
}

/** A byte that cannot stand there, a sequence that is cut off, one that is too long, half a pair, or one beyond the last. */
function wrongUtf8(text: string, at: number, random: Random): Buffer {
  const bytes = pick(
    [[0xff], [0x80], [0xc3], [0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]],
    random,
  );
  return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(bytes), Buffer.from(text.slice(at))]);
}
