import { tickets } from '../../../src-shared/collections/tickets.ts';
import { formatFilter } from '../../../src-shared/domain/filter-language.ts';
import type { Template } from '../../../src-shared/domain/schedule.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { Button } from '../../components/button.tsx';
import { actionLabel } from '../../format/actions.ts';
import { countOf } from '../../format/numbers.ts';
import { runOptionWords } from '../../format/run-options.ts';
import { useConsole } from '../../state/context.tsx';
import styles from './schedules.module.css';

interface TemplatesTableProps {
  readonly templates: readonly Template[];
  readonly onSchedule: (template: Template) => void;
  readonly onDelete: (template: Template) => void;
}

/** One line per template: what it does, on which tickets, and how. */
export function TemplatesTable({ templates, onSchedule, onDelete }: TemplatesTableProps) {
  const actions = useConsole((state) => state.actions);
  const plan = useConsole((state) => state.planTemplate);
  const isPlanning = useConsole((state) => state.isPlanning);
  const nowMs = Date.now();
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
              <th scope="row">{template.name}</th>
              <td>
                {actionLabel(template.action, actions)}
                <div className={styles.why}>{optionWords(template, nowMs)}</div>
              </td>
              <td>
                <SelectionWords selection={template.selection} />
              </td>
              <td className={styles.buttons}>
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
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function optionWords({ input, options }: Template, nowMs: number): string {
  const given = Object.entries(input).flatMap(([, value]) =>
    typeof value === 'string' || Array.isArray(value) ? [value] : [],
  );
  const words = given.map((value) => (Array.isArray(value) ? `${value.length} columns` : `“${value}”`));
  return [...words, ...runOptionWords(options, nowMs)].join(' · ');
}

function SelectionWords({ selection }: { readonly selection: Selection }) {
  if (selection.mode === 'ids')
    return <>{countOf(selection.ids.length, 'chosen ticket', 'chosen tickets')}</>;
  if (selection.mode === 'items') return <>Tickets of operation {selection.operationId}</>;
  const text = formatFilter(selection.filter, tickets);
  const except =
    selection.except.length > 0 && `, but for ${countOf(selection.except.length, 'ticket', 'tickets')}`;
  return (
    <>
      {text === '' ? 'All tickets' : <code className={styles.code}>{text}</code>}
      {except}
    </>
  );
}
