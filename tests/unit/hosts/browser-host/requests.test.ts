import { describe, expect, test } from 'vitest';
import { BulkheadError } from '../../../../src-shared/contract/errors.ts';
import { Reply } from '../../../../src-shared/contract/index.ts';
import { useBrowserHost } from './use-browser-host.ts';

const host = useBrowserHost();

describe('requests', () => {
  test('reach the console under the name of their window', async () => {
    host.harness.console.answer = () => ({ count: 7 });
    const message = { name: 'records.count', input: { collection: 'tickets' } };
    const response = await host.rpc({ ...host.own, 'x-bulkhead-client': 'window-9' }, message);
    expect(await response.json()).toEqual({ ok: true, value: { count: 7 } });
    expect(host.harness.console.handled).toEqual([{ client: 'window-9', message }]);
  });

  test('of a script with the bearer token need no Origin', async () => {
    expect((await host.rpc(host.bearer, { name: 'app.info', input: {} })).status).toBe(200);
    expect(host.harness.console.handled[0]?.client).toBe('script');
  });

  test('that the console says no to are answers, not HTTP failures', async () => {
    host.harness.console.answer = () => {
      throw new BulkheadError('wrong_state', 'It has ended.');
    };
    const response = await host.rpc(host.own, { name: 'operations.pause', input: { id: 1 } });
    expect(response.status).toBe(200);
    expect(Reply.parse(await response.json())).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  test('that fail in an unforeseen way say nothing of the inside and are reported', async () => {
    host.harness.console.answer = () => {
      throw new Error('secret');
    };
    const response = await host.rpc(host.own, { name: 'app.info', input: {} });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(host.harness.reports.filter(({ kind }) => kind === 'unexpected')).toHaveLength(1);
  });

  test.each([
    ['GET', '/rpc', 'POST'],
    ['PUT', '/', 'GET, HEAD'],
  ])('by %s to %s are told which methods there are', async (method, path, allow) => {
    const response = await fetch(host.address(path), { method, headers: host.own });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  test('without a key are told of what kind it has to be', async () => {
    const response = await host.rpc({}, { name: 'app.info', input: {} });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('may name a quarter of a million records', async () => {
    const ids = Array.from({ length: 250_000 }, (_, index) => 9_000_000 + index);
    expect((await host.rpc(host.own, { name: 'operations.plan', input: { ids } })).status).toBe(200);
  });

  test('beyond 8 MiB are refused although their length was not announced', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(32);
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 9) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { 'content-type': 'application/json', ...host.own };
    const streamed = { method: 'POST', headers, body, duplex: 'half' };
    const response = await fetch(host.address('/rpc'), streamed);
    expect(response.status).toBe(413);
    expect(host.harness.console.handled).toEqual([]);
  });
});
