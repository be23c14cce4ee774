import { describe, expect, test } from 'vitest';
import { secretData } from '../../../fakes/console.ts';
import { pageText, sendRaw, statusOf } from '../server-harness.ts';
import { hostile, traversals } from './hostile.ts';
import { useHost } from './use-host.ts';

const host = useHost();
const { expectRefused } = host;

test('the request that every case changes is answered', async () => {
  const answer = await sendRaw(host.harness.port, host.compose());
  expect(statusOf(answer)).toBe(200);
  expect(answer).toContain(secretData);
  expect(host.harness.console.handled).toEqual([
    { client: 'window-1', message: { name: 'app.info', input: {} } },
  ]);
});

test('the list is as long as it claims', () => {
  expect(Object.keys(hostile).length + traversals.length).toBeGreaterThanOrEqual(100);
});

describe('is refused with a 4xx, no data and no call', () => {
  test.each(Object.keys(hostile))('%s', async (name) => {
    const change = hostile[name]?.(host.harness) ?? {};
    expectRefused(await sendRaw(host.harness.port, host.compose(change)));
  });

  test.each(traversals)('traversal %s', async (path) => {
    const answer = await sendRaw(host.harness.port, host.compose({ line: `GET ${path} HTTP/1.1`, body: '' }));
    expectRefused(answer);
    expect(answer).not.toContain(pageText);
  });
});

test.each(['http://127.0.0.1/', 'https://evil.example/', '//evil.example/', '*'])(
  'the target %s is refused for its form, whatever it names',
  async (target) => {
    const answer = await sendRaw(
      host.harness.port,
      host.compose({ line: `GET ${target} HTTP/1.1`, body: '' }),
    );
    expect(statusOf(answer)).toBe(400);
  },
);

test('a body that is not UTF-8 is refused', async () => {
  const wrong = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const head = host.compose({ set: { 'Content-Length': String(wrong.length) }, body: '' });
  expectRefused(await sendRaw(host.harness.port, Buffer.concat([Buffer.from(head), wrong])));
});
