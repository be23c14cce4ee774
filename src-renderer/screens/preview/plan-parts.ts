import { type ItemState, type Reason, reasons } from '../../../src-shared/domain/item.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import type { Tab } from '../../components/tabs.tsx';
import { alreadyReasons, planCounts, planVerb } from '../../format/tallies.ts';

/** `conflict` is what an undo leaves alone because somebody changed it since. */
export type PlanPart = 'change' | 'already' | 'conflict' | 'cannot';

/**
 * The parts that are shown even if they are empty. Next to rejected lines of a file, “Cannot 0” would seem to deny
 * them.
 */
const alwaysTold: Readonly<Record<string, readonly PlanPart[]>> = {
  import: ['change', 'already'],
  export: ['change'],
  undo: ['change', 'conflict', 'cannot'],
};
/** The same of all other actions. */
const ordinary: readonly PlanPart[] = ['change', 'already', 'cannot'];
const conflictReasons: readonly Reason[] = ['changed_since'];

/** The parts of a plan with their counts, named for what it does. */
export function partsOf(operation: Operation): readonly Tab<PlanPart>[] {
  const { change, already, cannot } = planCounts(operation.tallies);
  const verb = planVerb(operation);
  const first: Tab<PlanPart> = {
    id: 'change',
    label: verb.charAt(0).toUpperCase() + verb.slice(1),
    count: change,
  };
  const isUndo = operation.undoOf !== null;
  const isConflict = ({ reason }: Operation['tallies'][number]) =>
    isUndo && reason !== null && conflictReasons.includes(reason);
  const conflicts = countsOf(operation.tallies.filter(isConflict)).skipped;
  const isImport = operation.action === 'import';
  const parts: readonly Tab<PlanPart>[] = [
    first,
    { id: 'already', label: isImport ? 'Already here' : 'Already so', count: already },
    { id: 'conflict', label: 'Changed since', count: conflicts },
    { id: 'cannot', label: 'Cannot', count: cannot - conflicts },
  ];
  const always = alwaysTold[operation.action] ?? ordinary;
  return parts.filter(({ id, count = 0 }) => count > 0 || always.includes(id));
}

/** Which items a part of an operation's plan holds, as `operations.items` asks for them. */
export function itemsOf(
  { undoOf }: Pick<Operation, 'undoOf'>,
  part: PlanPart,
): { readonly states: ItemState[]; readonly reasons: Reason[] } {
  if (part === 'change') return { states: ['planned'], reasons: [] };
  const own: Readonly<Record<Exclude<PlanPart, 'change' | 'cannot'>, readonly Reason[]>> = {
    already: alreadyReasons,
    conflict: conflictReasons,
  };
  if (part !== 'cannot') return { states: ['skipped', 'failed'], reasons: [...own[part]] };
  const elsewhere = undoOf === null ? own.already : [...own.already, ...own.conflict];
  const others = (Object.keys(reasons) as Reason[]).filter((reason) => !elsewhere.includes(reason));
  return { states: ['skipped', 'failed'], reasons: others };
}
