import { labelOf } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import type { ActionInfo } from '../../../src-shared/contract/actions.ts';
import { formatFilter } from '../../../src-shared/domain/filter-language.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Template } from '../../../src-shared/domain/schedule.ts';
import { Button } from '../../components/button.tsx';
import { useNow } from '../../components/use-now.ts';
import { actionLabel } from '../../format/actions.ts';
import { runOptionWords } from '../../format/run-options.ts';
import { useConsole } from '../../state/context.tsx';
import styles from './schedules.module.css';

interface TemplatesTableProps {
  readonly templates: readonly Template[];
  readonly onSchedule: (template: Template) => void;
  readonly onDelete: (template: Template) => void;
}

/** One line per template: what it does, on which records, and how. */
export function TemplatesTable({ templates, onSchedule, onDelete }: TemplatesTableProps) {
  const actions = useConsole((state) => state.actions);
  const plan = useConsole((state) => state.planTemplate);
  const isPlanning = useConsole((state) => state.isPlanning);
  const nowMs = useNow();
  return (
    <div className={styles.scroller} tabIndex={0} role="group" aria-label="Templates">
      <table className={styles.table}>
        <caption className="visually-hidden">Operations to be made again</caption>
        <thead>
          <tr>
            <th scope="col">Template</th>
            <th scope="col">Does</th>
            <th scope="col">On</th>
            <th scope="col">
              <span className="visually-hidden">Use or delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {templates.map((template) => (
            <tr key={template.id}>
              <th scope="row">
                <bdi>{template.name}</bdi>
              </th>
              <td>
                {actionLabel(template.action, actions)}
                <div className={styles.why}>
                  {[...inputWords(template, actions), ...runOptionWords(template.options, nowMs)].join(' · ')}
                </div>
              </td>
              <td className={styles.records}>
                <SelectionWords collection={template.collection} selection={template.selection} />
              </td>
              <td className={styles.buttons}>
                <div className={styles.buttonLine}>
                  <Button size="small" disabled={isPlanning} onClick={() => void plan(template.id)}>
                    Preview
                  </Button>
                  <Button size="small" icon="clock" onClick={() => onSchedule(template)}>
                    Schedule…
                  </Button>
                  <Button
                    size="small"
                    variant="ghost"
                    icon="trash"
                    aria-label={`Delete the template ${template.name}`}
                    onClick={() => onDelete(template)}
                  />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What was filled in, in the words of the action's form. */
function inputWords({ collection, action, input }: Template, actions: readonly ActionInfo[]): string[] {
  const form = actions.find((known) => known.collection === collection && known.name === action)?.form ?? [];
  return form.flatMap(({ name, label, choices }) => {
    const value = input[name];
    if (Array.isArray(value)) return [`${label}: ${formatNumber(value.length)}`];
    if (typeof value !== 'string') return [];
    return [`${label}: ${labelOf({ choices }, value)}`];
  });
}

function SelectionWords({ collection: name, selection }: Pick<Template, 'collection' | 'selection'>) {
  const collection = collections[name];
  const { label, one, many } = collection;
  if (selection.mode === 'ids')
    return <>{countOf(selection.ids.length, `selected ${one}`, `selected ${many}`)}</>;
  if (selection.mode === 'items')
    return (
      <>
        {label} of operation {selection.operationId}
      </>
    );
  const text = formatFilter(selection.filter, collection);
  const except = selection.except.length > 0 && `, but for ${countOf(selection.except.length, one, many)}`;
  return (
    <>
      {text === '' ? `All ${many}` : <code className={styles.code}>{text}</code>}
      {except}
    </>
  );
}
