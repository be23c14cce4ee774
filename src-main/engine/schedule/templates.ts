import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Template } from '../../../src-shared/domain/schedule.ts';
import type { ExportFormat } from '../../actions/export-format.ts';
import type { TemplateContent } from '../../store/store.ts';
import { findAction, type Planner } from '../plan/planner.ts';
import type { Asker, EnginePorts } from '../ports.ts';

/** Operations to be made again. */
export interface Templates {
  /** Throws `name_taken`, `not_found`, and `invalid_request` or a `ZodError` when the action refuses the input. */
  save(id: number | null, content: TemplateContent, actor: string): Promise<Template>;
  /** Plans a template for someone, on whatever it matches now. Answers a draft. Throws as planning does, and `target_not_writable`. */
  plan(template: Template, by: Asker): Promise<Operation>;
}

export function createTemplates(
  { store, clock, host }: Pick<EnginePorts, 'store' | 'clock' | 'host'>,
  planner: Pick<Planner, 'plan'>,
): Templates {
  /** A place for its file, with the template's name and the time. */
  async function exportHandle(name: string, format: ExportFormat): Promise<string> {
    const time = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    const wanted = `${name.replaceAll(/[/\\]/g, ' ')} ${time}Z.${format}`;
    const { handle } = await host.exportTarget(wanted, () => store.read('listExportPaths'));
    return handle;
  }

  return {
    save: async (id, content, actor) => {
      findAction(content.collection, content.action).prepare(completeInput(content), { nowMs: clock.now() });
      return store.write('saveTemplate', { id, content, actor, nowMs: clock.now() });
    },
    plan: async (template, by) => {
      const { name, action, collection, selection, options } = template;
      const request = { action, collection, selection, input: completeInput(template) };
      const handles: string[] = [];
      const exportPath = async (format: ExportFormat): Promise<string> => {
        const handle = await exportHandle(name, format);
        handles.push(handle);
        return host.pathOf(handle);
      };
      try {
        return await planner.plan(request, { ...by, options, exportPath });
      } finally {
        // What is planned is promised by the database; handles of all that ever ran by itself would fill the memory.
        for (const handle of handles) host.forgetHandle(handle);
      }
    },
  };
}

/** A template's input as its action takes it: without a place to save. Throws `invalid_request` when it names one. */
function completeInput({
  collection,
  action,
  input,
}: Pick<Template, 'collection' | 'action' | 'input'>): Record<string, unknown> {
  const targets = findAction(collection, action).form.filter(({ kind }) => kind === 'target');
  for (const { name, label } of targets) {
    if (Object.hasOwn(input, name))
      throw new BulkheadError(
        'invalid_request',
        `Leave out "${label}": the files of a template go to the exports folder of the workspace. Nothing was saved.`,
      );
  }
  return { ...input, ...Object.fromEntries(targets.map(({ name }) => [name, null])) };
}
