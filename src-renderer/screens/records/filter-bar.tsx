import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Collection } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import { parseFilter } from '../../../src-shared/domain/filter-language.ts';
import { Icon } from '../../components/icon.tsx';
import { OptionList } from '../../components/option-list.tsx';
import { useConsole } from '../../state/context.tsx';
import styles from './filter-bar.module.css';
import { useSuggestions } from './use-suggestions.ts';

const applyAfterMs = 250;
const complainAfterMs = 700;

/**
 * The filter as text. It is in effect a moment after typing, but for the beginning of a name or a value, which waits for
 * its end, for Enter or for whoever goes elsewhere; what is not understood is said below it.
 */
export function FilterBar() {
  const collection = useConsole((state) => state.collection);
  const applied = useConsole((state) => state.filterText);
  const setFilterText = useConsole((state) => state.setFilterText);
  const [text, setText] = useState(applied);
  const [caret, setCaret] = useState<number | null>(null);
  const [highlight, setHighlight] = useState(-1);
  const [complains, setComplains] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { options, isBegun, accept } = useSuggestions(text, caret);
  const isOpen = caret !== null && options.length > 0;
  // What is offered says how to go on.
  const problems = parseFilter(text, collections[collection]).problems.filter(
    ({ to }) => !isOpen || to !== caret,
  );

  // Chips, facets and saved filters write the text too.
  useEffect(() => setText(applied), [applied]);

  useEffect(() => {
    if (text === applied || isBegun) return;
    const timer = setTimeout(() => setFilterText(text), applyAfterMs);
    return () => clearTimeout(timer);
  }, [text, applied, isBegun, setFilterText]);

  // Each keystroke begins the wait again.
  useEffect(() => {
    setComplains(false);
    const timer = setTimeout(() => setComplains(true), complainAfterMs);
    return () => clearTimeout(timer);
  }, [text]);

  const change = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setHighlight(-1);
  };

  const take = (index: number) => {
    const next = accept(index);
    if (!next) return;
    change(next.text, next.caret);
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (!isOpen && event.key === 'ArrowDown') {
      event.preventDefault();
      setFilterText(text);
      document.querySelector<HTMLElement>('[role=grid]')?.focus();
    } else if (options.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const by = event.key === 'ArrowDown' ? 1 : -1;
      setHighlight((at) => (at + by + options.length + (at < 0 && by < 0 ? 1 : 0)) % options.length);
    } else if (event.key === 'Enter' || (event.key === 'Tab' && highlight >= 0)) {
      if (highlight >= 0) {
        event.preventDefault();
        return take(highlight);
      }
      setFilterText(text);
      setComplains(true);
      setCaret(null);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (caret !== null && options.length > 0) setCaret(null);
      else {
        setText('');
        setCaret(null);
        setHighlight(-1);
      }
    }
  };

  return (
    <div className={styles.bar}>
      <div className={styles.box}>
        <Icon name="search" />
        <input
          ref={input}
          id={`${id}-input`}
          data-filter-input
          role="combobox"
          aria-label={`Filter ${collections[collection].many}`}
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && highlight >= 0 ? `${id}-${highlight}` : undefined}
          aria-invalid={complains && problems.length > 0}
          aria-describedby={complains && problems.length > 0 ? `${id}-problems` : undefined}
          className={styles.input}
          placeholder={`Search, or filter: ${exampleOf(collections[collection])}`}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) =>
            change(event.target.value, event.target.selectionStart ?? event.target.value.length)
          }
          onClick={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setCaret(null);
            // At once: what is clicked next would otherwise be chosen in a list that is about to go.
            setFilterText(text);
          }}
        />
        {text !== '' && (
          <button
            type="button"
            className={styles.clear}
            aria-label="Clear filter"
            onClick={() => {
              setText('');
              setFilterText('');
              input.current?.focus();
            }}
          >
            <Icon name="close" size={12} />
          </button>
        )}
      </div>
      {isOpen && (
        <div className={styles.list}>
          <OptionList
            id={id}
            label="Suggestions"
            options={options.map(({ label, hint }) => ({
              key: `${label}/${hint}`,
              label: <span className={styles.option}>{label}</span>,
              hint,
            }))}
            marked={highlight}
            onTake={take}
          />
          {isBegun && (
            <p className={styles.enter}>
              {highlight < 0 ? 'Enter searches for it as it stands.' : 'Enter takes the marked one.'}
            </p>
          )}
        </div>
      )}
      {complains && problems.length > 0 && (
        <div id={`${id}-problems`} role="status">
          <ul className={styles.problems}>
            {problems.map((problem) => (
              <li key={`${problem.from}-${problem.message}`}>
                <Icon name="warning" size={12} />
                <code>{text.slice(problem.from, problem.to)}</code>
                <span>{problem.message}</span>
              </li>
            ))}
          </ul>
          <p className={styles.kept}>
            The {collections[collection].many} below still follow the last filter that was understood.
          </p>
        </div>
      )}
    </div>
  );
}

/** A filter that finds something in most workspaces: "status:open priority:medium updated<30d". */
function exampleOf({ fields }: Collection): string {
  const picks = fields
    .flatMap(({ name, choices }) => (choices?.[1] ? [`${name}:${choices[1].value.toLowerCase()}`] : []))
    .slice(0, 2);
  return [...picks, 'updated<30d'].join(' ');
}
