import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Template } from '../../../src-shared/domain/schedule.ts';
import type { ExportFormat } from '../../actions/export-format.ts';
import { makeOwnFolder } from '../../platform/own-folder.ts';
import { realFolder } from '../../platform/real-place.ts';
import { freePath, safeFileName } from '../../platform/safe-name.ts';
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
  ports: Pick<EnginePorts, 'store' | 'clock'> & { readonly exportsFolder: string },
  planner: Pick<Planner, 'plan'>,
): Templates {
  const { store, clock, exportsFolder } = ports;
  /** Looked at by plans that are being made: of one that is made the database knows the path. */
  const considered = new Set<string>();

  /** A path in the exports folder, with the template's name and the time, where no file stands or is still to be written. */
  async function exportPath(name: string, format: ExportFormat, mine: Set<string>): Promise<string> {
    makeOwnFolder(exportsFolder);
    const folder = realFolder(exportsFolder);
    const time = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    const wanted = safeFileName(`${name.replaceAll(/[/\\]/g, ' ')} ${time}Z.${format}`, `export.${format}`);
    for (;;) {
      const path = freePath(folder, wanted, (taken) => considered.has(taken));
      // Before the database is asked: so no other plan comes to the same answer meanwhile.
      considered.add(path);
      mine.add(path);
      const unfinished = await store.read('listUnfinished');
      if (!unfinished.some(({ effect }) => effect.kind === 'export' && effect.path === path)) return path;
    }
  }

  return {
    save: async (id, content, actor) => {
      findAction(content.collection, content.action).prepare(completeInput(content), { nowMs: clock.now() });
      return store.write('saveTemplate', { id, content, actor, nowMs: clock.now() });
    },
    plan: async (template, by) => {
      const { name, action, collection, selection, options } = template;
      const request = { action, collection, selection, input: completeInput(template) };
      const mine = new Set<string>();
      try {
        return await planner.plan(request, {
          ...by,
          options,
          exportPath: (format) => exportPath(name, format, mine),
        });
      } finally {
        for (const path of mine) considered.delete(path);
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
