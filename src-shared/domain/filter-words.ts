import { type Collection, fieldOf, labelOf } from '../collections/field.ts';
import type { Condition } from './condition.ts';
import type { Filter } from './filter.ts';
import { describeMoment } from './filter-moments.ts';

/** One part of a filter in words, and the filter without it. */
export interface ConditionChip {
  readonly text: string;
  readonly without: Filter;
}

/** A filter's parts in words: "Status: Open", "Category: not Billing", "Updated: last 30 days". */
export function describeConditions(filter: Filter, collection: Collection): readonly ConditionChip[] {
  const chips = filter.conditions.map((condition, index) => ({
    text: describe(condition, collection),
    without: { ...filter, conditions: filter.conditions.filter((_, other) => other !== index) },
  }));
  if (filter.deleted) chips.push({ text: 'Deleted', without: { ...filter, deleted: false } });
  if (filter.text !== '') chips.push({ text: describeWords(filter.text), without: { ...filter, text: '' } });
  return chips;
}

/** Words in quotes have their own. */
function describeWords(text: string): string {
  return text.includes('"') ? text.replaceAll(/"([^"]*)"/g, '“$1”') : `“${text}”`;
}

function describe(condition: Condition, collection: Collection): string {
  const field = fieldOf(collection, condition.field);
  const label = field?.label ?? condition.field;
  switch (condition.op) {
    case 'in': {
      const values = condition.values
        .map((value) => labelOf(field, value))
        .join(condition.not ? ' or ' : ', ');
      return `${label}: ${condition.not ? 'not ' : ''}${values}`;
    }
    case 'empty':
      return `${label}: ${condition.not ? 'not none' : 'none'}`;
    case 'before':
      return 'agoMs' in condition.moment
        ? `${label}: more than ${describeMoment(condition.moment)} ago`
        : `${label}: before ${describeMoment(condition.moment)}`;
    case 'after':
      return 'agoMs' in condition.moment
        ? `${label}: last ${describeMoment(condition.moment)}`
        : `${label}: since ${describeMoment(condition.moment)}`;
  }
}
