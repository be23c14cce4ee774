import { type RequestName, requests } from '../../../src-shared/contract/index.ts';
import { pick, type Random, spotsOf } from '../../builders/random.ts';
import { validInputs } from './valid-inputs.ts';

/**
 * `count` messages that break the contract, most of them a valid one with one thing wrong. What happens to be
 * valid after the change is left out and made up for, so that a caller may expect a refusal for every one.
 */
export function* malformedMessages(name: RequestName, count: number, random: Random): Generator<unknown> {
  for (let made = 0; made < count; ) {
    const message = structuredCloneOrSame(mutate(name, random));
    if (isValid(message)) continue;
    made += 1;
    yield message;
  }
}

/** True for what the contract takes. */
export function isValid(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || isBottomlessOrHasProtoKey(message)) return false;
  const { name, input, ...rest } = message as { name?: unknown; input?: unknown };
  if (typeof name !== 'string' || !Object.hasOwn(requests, name) || Object.keys(rest).length > 0)
    return false;
  return requests[name as RequestName].input.safeParse(input).success;
}

/** What is nested so deep holds itself, or is refused for its depth in any case. */
const deepest = 1_000;

function isBottomlessOrHasProtoKey(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > deepest) return true;
  return Object.keys(value).some(
    (key) =>
      key === '__proto__' ||
      key === 'constructor' ||
      isBottomlessOrHasProtoKey(Reflect.get(value, key), depth + 1),
  );
}

function mutate(name: RequestName, random: Random): unknown {
  const message = structuredClone({ name, input: validInputs[name] }) as Record<string, unknown>;
  const kind = Math.floor(random() * 10);
  if (kind === 0) return junk(random);
  if (kind === 1) return { ...message, name: junk(random) };
  if (kind === 2) return { ...message, input: junk(random) };
  if (kind === 3) return { ...message, [pick(keys, random)]: junk(random) };
  const spots = spotsOf(message);
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes -= 1) {
    const [owner, key] = pick(spots, random);
    const change = random();
    if (change < 0.6) Reflect.set(owner, key, junk(random));
    else if (change < 0.8) Reflect.deleteProperty(owner, key);
    else
      Object.defineProperty(owner, pick(keys, random), {
        value: junk(random),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return message;
}

const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'id',
  'extra',
  '',
  '\u0000',
  'ids',
  'input',
];

function junk(random: Random): unknown {
  return pick(junkMakers, random)(random);
}

const junkMakers: ((random: Random) => unknown)[] = [
  () => null,
  () => undefined,
  () => true,
  () => -1,
  () => 0,
  () => 1.5,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => 10n,
  () => '',
  () => 'x'.repeat(3000),
  () => '\ud800\u0000\u202e',
  () => '../../etc/passwd',
  () => "1'; DROP TABLE tickets; --",
  () => [],
  () => [[[[]]]],
  () => ({}),
  () => JSON.parse('{"__proto__":{"isAdmin":true}}'),
  () => JSON.parse('{"constructor":{"prototype":{"isAdmin":true}}}'),
  () => new Date(0),
  () => new Map([['id', 1]]),
  () => new Set([1]),
  () => new Uint8Array(8),
  () => new Error('x'),
  () => /x/,
  () => Array.from({ length: 2000 }, () => -1),
  (random) => ({ [pick(keys, random)]: random() }),
  (random) => Array.from({ length: 5 }, () => random()),
  () => {
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    return [loop];
  },
  () => JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
];

/** As the message would arrive through Electron, where it can; the rest can only come from inside. */
function structuredCloneOrSame(message: unknown): unknown {
  try {
    return structuredClone(message);
  } catch {
    return message;
  }
}
