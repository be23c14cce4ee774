import { describe, expect, test } from 'vitest';
import { ErrorBody } from '../../../../src-main/hosts/server/faces/http/api-error.ts';
import { Reply } from '../../../../src-shared/contract/index.ts';
import { sendRaw } from '../server-harness.ts';
import { useHost } from './use-host.ts';

const host = useHost();

/** What cannot be read as a request, and the status that says so. */
const unreadable: readonly [string, number, (path: string) => string][] = [
  ['an unheard-of version', 400, (path) => `GET ${path} HTTP/9.9\r\nHost: x\r\n\r\n`],
  ['a header that is none', 400, (path) => `GET ${path} HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n`],
  ['headers that are too long', 431, (path) => `GET ${path} HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['broken chunks', 400, (path) => `POST ${path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`],
];

async function refused(request: string, status: number): Promise<string> {
  const answer = await sendRaw(host.harness.port, request);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(host.harness.console.handled).toEqual([]);
  return answer;
}

function bodyOf(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}

function expectApiForm(answer: string): void {
  const { error } = ErrorBody.parse(bodyOf(answer));
  expect(error).toMatchObject({ code: 'invalid_request', details: { next: expect.stringMatching(/\.$/) } });
  const id = /^x-request-id: (\S+)\r$/im.exec(answer)?.[1];
  expect(host.harness.reports.map(({ facts }) => facts['request'])).toContain(id);
}

describe.each(unreadable)('%s', (_, status, request) => {
  test.each(['/api/v1/tickets/1', '/v1/orders/bulk-process', '/ws/bulk/mina'])(
    'is refused at %s in the form of the APIs, by a name that is in the log',
    async (path) => expectApiForm(await refused(request(path), status)),
  );

  test('is refused at /rpc in the form of that', async () => {
    expect(Reply.parse(bodyOf(await refused(request('/rpc'), status)))).toMatchObject({ ok: false });
  });
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['a method without an address', 'GET\r\n\r\n'],
])('%s, which asks for nothing, is refused in the form of the APIs', async (_, text) => {
  expectApiForm(await refused(text, 400));
});
