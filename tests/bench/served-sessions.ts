import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { byLeast, type Result, type Scale, timed } from './bench.ts';
import { type Served, sampleWorkspace, withServed } from './remotes.ts';

const requests = 3;
const pollMs = 5;

const Page = z.object({
  items: z.array(z.object({ id: z.string(), status: z.string() })),
  cursor: z.string(),
  end_of_stream: z.boolean(),
});
const Started = z.object({ operation_id: z.string() });
const Status = z.object({ status: z.string(), successful: z.number() });
const Exported = z.object({ metadata: z.object({ count: z.number() }) });

/** Sessions changed and exported through the API of a served workspace, from the request until it says that it is done. */
export async function servedSessions({ told, isSmoke }: Scale): Promise<Result[]> {
  const ofRequest = isSmoke ? 100 : 1_000;
  return withServed(await sampleWorkspace('sessions', told), async (served) => {
    const byStatus = Map.groupBy(await sessions(served), ({ status }) => status);
    const take = (status: string, many: number): string[] =>
      (byStatus.get(status) ?? []).splice(0, many).map(({ id }) => id);
    const exported = [...byStatus.values()]
      .flat()
      .flatMap(({ id, status }) => (status === 'processing' ? [] : id));
    const exportedRate = await exportRate(served, exported.slice(0, ofRequest * 10));
    const change = (verb: string, status: string): Promise<number> =>
      changeRate(
        served,
        verb,
        Array.from({ length: requests }, () => take(status, ofRequest)),
      );
    const of = `${requests} requests of ${ofRequest.toLocaleString('en')}`;
    const why =
      'Planned, changed by a few statements and journaled, each waiting for the disk; then the status is requested.';
    return [
      byLeast(
        { name: `sessions deleted per second, ${of}`, limit: 1_000, why },
        await change('delete', 'open'),
        '/s',
      ),
      byLeast(
        { name: `sessions closed per second, ${of}`, limit: 2_000, why },
        await change('close', 'open'),
        '/s',
      ),
      byLeast(
        {
          name: `sessions archived per second, ${of}`,
          limit: 500,
          why: 'The same, and each session’s conversation is compressed.',
        },
        await change('archive', 'closed'),
        '/s',
      ),
      byLeast(
        {
          name: `sessions exported per second, one request of ${(ofRequest * 10).toLocaleString('en')}`,
          limit: 10_000,
          why: 'Each session is checked first; the file is written in one go and made durable before the answer.',
        },
        exportedRate,
        '/s',
      ),
    ];
  });
}

/** Records per second of one request after another, each with other records. */
async function changeRate(served: Served, verb: string, groups: readonly string[][]): Promise<number> {
  let count = 0;
  const ms = await timed(async () => {
    for (const ids of groups) {
      const answer = await ask(served, `/api/bulk/sessions/${verb}`, { session_ids: ids });
      const { operation_id: id } = Started.parse(answer);
      for (;;) {
        const { status, successful } = Status.parse(await ask(served, `/api/bulk/operations/${id}/status`));
        if (status === 'completed' && successful === ids.length) break;
        if (status !== 'pending' && status !== 'in_progress')
          throw new Error(`${verb} ended as ${status}, with ${successful} of ${ids.length} sessions`);
        await delay(pollMs);
      }
      count += ids.length;
    }
  });
  return (count / ms) * 1_000;
}

async function exportRate(served: Served, ids: readonly string[]): Promise<number> {
  let count = 0;
  const ms = await timed(async () => {
    const answer = await ask(served, '/api/bulk/sessions/export-metadata', { session_ids: ids });
    count = Exported.parse(answer).metadata.count;
  });
  if (count !== ids.length) throw new Error(`${count} of ${ids.length} sessions were exported`);
  return (count / ms) * 1_000;
}

async function sessions(served: Served): Promise<{ id: string; status: string }[]> {
  const found: { id: string; status: string }[] = [];
  for (let cursor = ''; ; ) {
    const page = Page.parse(await ask(served, `/api/v1/sessions/changes?limit=1000${cursor}`));
    found.push(...page.items);
    if (page.end_of_stream) return found;
    cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
  }
}

async function ask({ url, token }: Served, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
  return response.json();
}
