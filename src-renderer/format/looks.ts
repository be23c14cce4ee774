import type { Tone } from '../components/badge.tsx';
import type { IconName } from '../components/icon.tsx';

/** A state as it is shown: a word, a colour that means something, and an icon. */
export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: IconName;
}
