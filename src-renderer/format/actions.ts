import type { ActionInfo } from '../../src-shared/contract/actions.ts';
import { reasons } from '../../src-shared/domain/item.ts';

/** Actions that no button offers by name. */
const others: ReadonlyMap<string, string> = new Map([
  ['import', 'Import'],
  ['undo', 'Undo'],
  ['update', 'Update from file'],
]);
/** A map, because a remote may say anything: an object knows words like `constructor` as well. */
const reasonWords: ReadonlyMap<string, string> = new Map(Object.entries(reasons));

/** What an action is called on screen. */
export function actionLabel(name: string, known: readonly ActionInfo[]): string {
  return known.find((action) => action.name === name)?.label ?? others.get(name) ?? inWords(name);
}

/** Why items failed, in the words of the catalogue; a reason that this window does not know is shown as it stands. */
export function errorWords(reason: string): string {
  return reasonWords.get(reason) ?? inWords(reason);
}

/** A share with one digit, and never 100% where something failed: "99.9%". */
export function formatShare(share: number): string {
  const percent = Math.floor(share * 1000) / 10;
  return `${percent}%`;
}

function inWords(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
