import { type ItemState, type Reason, reasons } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Tab } from '../../components/tabs.tsx';
import { alreadyReasons, planCounts, planVerb } from '../../format/tallies.ts';

export type PlanPart = 'change' | 'already' | 'cannot';

/** The three parts of a plan with their counts, named for what it does. */
export function partsOf(operation: Operation): readonly Tab<PlanPart>[] {
  const { change, already, cannot } = planCounts(operation.tallies);
  const verb = planVerb(operation);
  return [
    { id: 'change', label: verb.charAt(0).toUpperCase() + verb.slice(1), count: change },
    { id: 'already', label: operation.action === 'import' ? 'Already here' : 'Already so', count: already },
    { id: 'cannot', label: 'Cannot', count: cannot },
  ];
}

/** Which items a part holds, as `operations.items` asks for them. */
export function itemsOf(part: PlanPart): { readonly states: ItemState[]; readonly reasons: Reason[] } {
  if (part === 'change') return { states: ['planned'], reasons: [] };
  const already: readonly Reason[] = alreadyReasons;
  if (part === 'already') return { states: ['skipped', 'failed'], reasons: [...already] };
  const others = (Object.keys(reasons) as Reason[]).filter((reason) => !already.includes(reason));
  return { states: ['skipped', 'failed'], reasons: others };
}
