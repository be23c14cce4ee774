import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../../../platform/error-code.ts';
import { securityHeaders } from '../../../bundle.ts';
import { ApiError } from '../http/api-error.ts';
import { ask } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { noSuchFile, readLink } from './links.ts';

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

const download = route({
  method: 'GET',
  path: '/api/download/{file}',
  summary: 'A file that one of your own exports wrote. The link expires 24 hours after the export.',
  role: 'viewer',
  status: 200,
  refusals: [410],
  answer: 'application/octet-stream',
  respond: async ({ caller, params, request, response }, context) => {
    const { operationId, endsAt } = await readLink(context, params['file'] ?? '');
    // Whoever may not see the operation is told that there is none; an admin may, and has files of their own only.
    const { file, actor } = await ask(context, caller, 'operations.get', { id: operationId });
    if (actor !== caller.actor) throw noSuchFile();
    if (endsAt <= context.clock.now() || !file)
      throw gone('This link expired 24 hours after the export. Export again.');
    // Once open, its content stays until it is sent, whoever removes it meanwhile.
    const kept = await openKept(file.path);
    try {
      const { size } = await kept.stat();
      response.writeHead(200, {
        ...securityHeaders,
        'content-type': types[file.name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        'content-length': size,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      });
      if (request.method === 'HEAD') response.end();
      else await pipeline(kept.createReadStream({ end: Math.max(0, size - 1) }), response);
    } finally {
      await kept.close();
    }
    return null;
  },
});

async function openKept(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw gone('The file of this export is not kept any more. Export again.');
  }
}

function gone(message: string): ApiError {
  return new ApiError(410, 'gone', message);
}

export const downloadRoutes: readonly Route[] = [download];
