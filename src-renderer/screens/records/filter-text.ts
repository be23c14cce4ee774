import type { Collection } from '../../../src-shared/collections/field.ts';
import type { Condition } from '../../../src-shared/domain/condition.ts';
import type { Filter } from '../../../src-shared/domain/filter.ts';
import { formatFilter, parseFilter } from '../../../src-shared/domain/filter-language.ts';

/** A filter as text that keeps what is typed but not understood, at its end. */
export function rewriteText(text: string, filter: Filter, collection: Collection): string {
  const typed = parseFilter(text, collection).problems.map(({ from, to }) => text.slice(from, to));
  return [formatFilter(filter, collection), ...typed].filter((part) => part !== '').join(' ');
}

/** The values of a field that a filter picks out; null stands for "none". */
export function pickedValues(filter: Filter, field: string): readonly (string | null)[] {
  return filter.conditions.flatMap((condition): readonly (string | null)[] => {
    if (condition.field !== field) return [];
    if (condition.op === 'in' && !condition.not) return condition.values;
    return condition.op === 'empty' && !condition.not ? [null] : [];
  });
}

/** The filter with the field's picked values replaced. "None" and values cannot be asked for together: the last picked wins. */
export function withPicked(filter: Filter, field: string, values: readonly (string | null)[]): Filter {
  const others = filter.conditions.filter((condition) => !isPick(condition, field));
  const last = values.at(-1);
  const named = values.filter((value) => value !== null);
  const picks: Condition[] =
    last === undefined
      ? []
      : last === null
        ? [{ op: 'empty', field, not: false }]
        : [{ op: 'in', field, values: named, not: false }];
  return { ...filter, conditions: [...others, ...picks] };
}

function isPick(condition: Condition, field: string): boolean {
  return condition.field === field && (condition.op === 'in' || condition.op === 'empty') && !condition.not;
}
