import type { Random } from './random.ts';
import { firstNames, lastNames, worldNames } from './words.ts';

/** Somebody's name; one in twenty is written in another script or is unusually long. */
export function nameOf(random: Random): string {
  if (random.below(20) === 0) return random.pick(worldNames);
  return `${random.pick(firstNames)} ${random.pick(lastNames)}`;
}
