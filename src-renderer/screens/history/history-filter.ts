import type { RequestInput } from '../../../src-shared/contract/index.ts';
import { type Operation, type OperationState, underWayStates } from '../../../src-shared/domain/operation.ts';

export interface HistoryFilter {
  readonly search: string;
  readonly state: StateChoice;
  /** The names of actions, a space between them; empty for all. */
  readonly action: string;
  /** The first day, as a `date` input has it; empty for the beginning. */
  readonly from: string;
  /** The latest day; empty for today. */
  readonly upTo: string;
}

export const noFilter: HistoryFilter = { search: '', state: 'all', action: '', from: '', upTo: '' };

/** True where nothing is left out. */
export function isPlain({ search, state, action, from, upTo }: HistoryFilter): boolean {
  return search.trim() === '' && state === 'all' && action === '' && from === '' && upTo === '';
}

const choices = {
  all: { label: 'All states', states: [] },
  active: { label: 'Under way', states: underWayStates },
  completed: { label: 'Done', states: ['completed'] },
  partial: { label: 'Partly done', states: ['partial'] },
  failed: { label: 'Failed', states: ['failed'] },
  cancelled: { label: 'Cancelled', states: ['cancelled'] },
} as const satisfies Record<string, { label: string; states: readonly OperationState[] }>;
export type StateChoice = keyof typeof choices;
export const stateChoices = Object.keys(choices) as StateChoice[];

/** What a choice of states is called. */
export function stateChoiceLabel(choice: StateChoice): string {
  return choices[choice].label;
}

/** The request for the page after an operation, or for the first one. */
export function listRequest(
  filter: HistoryFilter,
  last: Operation | undefined,
): RequestInput<'operations.list'> {
  const request = {
    search: filter.search.trim(),
    states: [...choices[filter.state].states],
    actions: filter.action === '' ? [] : filter.action.split(' '),
    limit: 100,
    ...(filter.from !== '' && { startedFrom: dayBegin(filter.from) }),
    ...(filter.upTo !== '' && { startedBefore: dayBegin(filter.upTo, 1) }),
  };
  return last ? { ...request, before: last.id } : request;
}

/** Where a day, or one so many days later, begins in the user's time zone (epoch ms). */
function dayBegin(day: string, laterDays = 0): number {
  const date = new Date(`${day}T00:00`);
  return date.setDate(date.getDate() + laterDays);
}

/** False for an operation that has moved out of the filter since it was read. Words were searched for when it was read. */
export function stillFits(filter: HistoryFilter, operation: Operation): boolean {
  const states: readonly OperationState[] = choices[filter.state].states;
  return states.length === 0 || states.includes(operation.state);
}
