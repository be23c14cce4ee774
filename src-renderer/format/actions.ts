import type { ActionInfo } from '../../src-shared/contract/actions.ts';
import { reasons } from '../../src-shared/domain/item.ts';

/** Actions that no button offers by name. */
const others: ReadonlyMap<string, string> = new Map([
  ['import', 'Import'],
  ['update', 'Update from file'],
  ['edit', 'Edit'],
  ['undo', 'Undo'],
]);
/** A map, because a remote may say anything: an object knows words like `constructor` as well. */
const reasonWords: ReadonlyMap<string, string> = new Map(Object.entries(reasons));

/** What an action is called on screen. */
export function actionLabel(name: string, known: readonly ActionInfo[]): string {
  return known.find((action) => action.name === name)?.label ?? others.get(name) ?? inWords(name);
}

/** All that actions are called on screen, each with the names that collections have for it. */
export function actionNames(
  known: readonly Pick<ActionInfo, 'name' | 'label'>[],
): ReadonlyMap<string, readonly string[]> {
  const named = [...known.map(({ name, label }) => [name, label] as const), ...others];
  const byLabel = Map.groupBy(named, ([, label]) => label);
  return new Map(
    [...byLabel].map(([label, actions]) => [label, [...new Set(actions.map(([name]) => name))]]),
  );
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
