import { useEffect, useState } from 'react';
import { collections } from '../../../src-shared/collections/index.ts';
import { everything } from '../../../src-shared/domain/filter.ts';
import { type Completion, completions } from '../../../src-shared/domain/filter-language.ts';
import { writeValue } from '../../../src-shared/domain/filter-tokens.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import { useBridge, useConsole } from '../../state/context.tsx';

/** All names of any collection, or the first values. */
const most = 12;

export interface Suggestions {
  readonly options: readonly Completion[];
  /** What stands at the caret is the beginning of one of them, and of its own something else. */
  readonly isBegun: boolean;
  /** The text and caret after taking a suggestion. */
  accept(index: number): { readonly text: string; readonly caret: number } | null;
}

/** What could stand at the caret, with the values that the workspace holds. Nothing while the caret is away. */
export function useSuggestions(text: string, caret: number | null): Suggestions {
  const bridge = useBridge();
  const collection = useConsole((state) => state.collection);
  const [known, setKnown] = useState<{
    readonly field: string;
    readonly values: readonly Completion[];
  } | null>(null);
  const found = caret === null ? null : completions(text, caret, collections[collection]);
  const field = found?.valuesOf?.field ?? null;

  useEffect(() => {
    if (field === null) return;
    const { one, many } = collections[collection];
    let isCurrent = true;
    bridge.request('records.facets', { collection, filter: everything, fields: [field] }).then(
      ({ facets }) => {
        if (!isCurrent) return;
        const values = (facets[0]?.values ?? []).flatMap(({ value, count }) =>
          value === null ? [] : [{ text: writeValue(value), label: value, hint: countOf(count, one, many) }],
        );
        setKnown({ field, values });
      },
      () => undefined, // Suggestions are a help; the filter works without them.
    );
    return () => {
      isCurrent = false;
    };
  }, [bridge, collection, field]);

  const prefix = found?.valuesOf?.prefix ?? '';
  const stored = known && known.field === field ? known.values : [];
  const matching = stored.filter(({ label }) => label.toLowerCase().includes(prefix));
  const typed = found ? text.slice(found.from, caret ?? 0) : '';
  const all = [...(found?.options ?? []), ...matching];
  // What stands there already is no help.
  const others = all.filter((option) => option.text.trim() !== typed);
  const options = others.slice(0, most);

  return {
    options,
    isBegun: typed !== '' && options.length > 0 && others.length === all.length,
    accept: (index) => {
      const option = options[index];
      if (!found || !option) return null;
      const head = text.slice(0, found.from) + option.text;
      return { text: head + text.slice(found.to), caret: head.length };
    },
  };
}
