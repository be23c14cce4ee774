import { type RequestName, requests } from '../../../src-shared/contract/index.ts';
import { pick, type Random } from '../../builders/random.ts';
import { validInputs } from './valid-inputs.ts';

/**
 * `count` inputs that the contract takes and that nobody means well with: numbers of what is somebody else's or not
 * there, of the largest kind, long lists, texts that are more than texts elsewhere.
 */
export function* hostileInputs(name: RequestName, count: number, random: Random): Generator<unknown> {
  for (let made = 0; made < count; made += 1) yield hostileInput(name, random);
}

function hostileInput(name: RequestName, random: Random): unknown {
  let input: unknown = structuredClone(validInputs[name]);
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes -= 1) {
    const changed = structuredClone(input);
    const spots = leavesOf(changed);
    const [owner, key] = spots[Math.floor(random() * spots.length)] ?? [];
    if (owner === undefined || key === undefined) return input;
    Reflect.set(owner, key, hostileValue(Reflect.get(owner, key), random));
    if (requests[name].input.safeParse(changed).success) input = changed;
  }
  return input;
}

/** Of the kind that stands there. */
function hostileValue(value: unknown, random: Random): unknown {
  const one = (list: readonly unknown[]) => pick(list, random);
  if (typeof value === 'number')
    return one([0, 1, 2, 3, 4, 5, 100, 999_999, Number.MAX_SAFE_INTEGER, Math.floor(random() * 300)]);
  if (typeof value === 'boolean') return random() < 0.5;
  if (Array.isArray(value)) {
    const length = one([0, 1, 200, random() < 0.05 ? 100_000 : 20]) as number;
    return Array.from({ length }, (_, at) => (typeof value[0] === 'number' ? at + 1 : value[0]));
  }
  return one([
    '',
    'x'.repeat(2_000),
    '../../etc/passwd',
    "1'; DROP TABLE tickets; --",
    '\u202e\u0000',
    'tester',
    'orders',
    'tickets',
    'send_again',
    'theirs',
    'admin',
    'closed',
  ]);
}

/** Every place in a tree of data that holds a value or a list. */
function leavesOf(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key): [object, string][] => {
    const held: unknown = Reflect.get(value, key);
    if (typeof held !== 'object' || held === null) return [[value, key]];
    return Array.isArray(held) ? [[value, key], ...leavesOf(held)] : leavesOf(held);
  });
}
