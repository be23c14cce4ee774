import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { fileRequests } from '../../src-shared/contract/files.ts';
import type { RejectedRow } from '../../src-shared/domain/import.ts';
import { FileInput, type ImportPlanner } from '../engine/plan/import-planner.ts';
import { writeErrorFile } from '../files/error-file.ts';
import type { Host } from '../host.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';
import type { OpenDrafts } from './open-drafts.ts';

const rowsPerPage = 500;

export interface FileParts {
  readonly host: Host;
  readonly store: Store;
  readonly imports: ImportPlanner;
  readonly drafts: OpenDrafts;
}

export const filesApi = ({ host, store, imports, drafts }: FileParts): ApiOf<typeof fileRequests> => ({
  'files.choose': () => host.chooseFile(),
  'files.choose_target': ({ suggestedName }) =>
    host.chooseTarget(suggestedName, () => store.read('listExportPaths')),
  'files.reveal': async ({ operationId }) => {
    const { operation } = await store.read('getOperation', { id: operationId });
    if (!operation.file) throw new BulkheadError('not_found', `"${operation.title}" wrote no file.`);
    await host.reveal(operation.file.path);
    return {};
  },
  'imports.inspect': ({ handle }, { client }) => imports.inspect(client, host.pathOf(handle)),
  'imports.plan': ({ handle, mapping }, caller) =>
    drafts.made(caller, imports.plan(caller, host.pathOf(handle), mapping)),
  'imports.plan_rows': ({ handle, ...rows }, caller) =>
    drafts.made(caller, imports.planRows({ ...rows, path: host.pathOf(handle) }, caller)),
  'imports.plan_update': ({ handle, collection }, caller) =>
    drafts.made(caller, imports.planUpdate(caller, collection, host.pathOf(handle))),
  'imports.stop': async (_input, { client }) => {
    await imports.stop(client);
    return {};
  },
  'imports.rejected': ({ id, ...page }) => store.read('listRejected', { operationId: id, ...page }),
  'imports.save_rejected': async ({ id, target }) => {
    const { operation, input } = await store.read('getOperation', { id });
    if (operation.rejected === 0) {
      throw new BulkheadError('nothing_to_do', `"${operation.title}" rejected no line.`);
    }
    if (operation.isCleaned) {
      throw new BulkheadError(
        'wrong_state',
        `The rejected rows of "${operation.title}" are not kept any more.`,
      );
    }
    const path = host.pathOf(target);
    const { header, encoding } = FileInput.parse(input);
    await writeErrorFile(path, header, rejectedRows(store, id), encoding);
    return { path, name: basename(path), rows: operation.rejected };
  },
  'sample.plan': (sample, caller) => drafts.made(caller, imports.planSample(sample, caller)),
});

async function* rejectedRows(store: Store, operationId: number): AsyncGenerator<RejectedRow> {
  let after = 0;
  for (let hasMore = true; hasMore; ) {
    const page = await store.read('listRejected', { operationId, after, limit: rowsPerPage });
    yield* page.rows;
    after = page.rows.at(-1)?.line ?? after;
    hasMore = page.hasMore;
  }
}
