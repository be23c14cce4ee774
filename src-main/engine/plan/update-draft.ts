import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { OpenedExport } from '../../files/import-batches.ts';
import type { NewOperation } from '../../store/store.ts';
import { plainDraft } from './draft.ts';
import type { FileInput } from './import-planner.ts';
import { type Space, spaceForImport } from './space.ts';

/** The draft, still empty, of what an edited export changes. Which fields that are is known when its rows were read. */
export function updateDraft(
  { header, encoding, hasKeys, totalBytes }: OpenedExport,
  of: { collection: CollectionName; name: string; actor: string; nowMs: number },
): { draft: NewOperation; outlook: { reversible: boolean; warnings: string[]; space: Space } } {
  const { name, ...rest } = of;
  const collection = collections[of.collection];
  const draft: NewOperation = {
    ...plainDraft,
    ...rest,
    action: 'update',
    title: `Update from ${name}`,
    input: { name, header, encoding } satisfies FileInput,
    effect: { kind: 'fields', fields: [], isSparse: true },
  };
  const warnings: string[] = [];
  if (!hasKeys)
    warnings.push(
      `The file does not name its ${collection.many} (“key”): check that they are those of this workspace.`,
    );
  if (encoding === 'windows-1252')
    warnings.push(
      'The file is not UTF-8, so letters may have been lost in it. Texts that differ only by question marks in their place are left unchanged; check the others.',
    );
  return { draft, outlook: { reversible: true, warnings, space: spaceForImport(totalBytes) } };
}
