import { describe, expect, it } from 'vitest';
import { readLines as inLines } from '../../../src-main/remotes/http-body.ts';
import { httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { answerOf, pour } from '../../fakes/hostile-server.ts';
import { json, useHostileHttp, wrongOf } from './hostile-http.ts';

const setup = useHostileHttp();
const { facing, readLines } = setup;

describe('a stream of lines', () => {
  const begin = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n';

  it('may be longer and last longer than an answer; what is cut off at its end counts for nothing', async () => {
    await facing((socket) => {
      socket.write(`${begin}{"a":"${'x'.repeat(900)}"}\n\n`);
      for (let at = 0; at < 20; at += 1) socket.write(`{"a":"${'ä'.repeat(400)}"}\r\n`);
      socket.end('{"half":');
    });
    const lines = await readLines();
    expect(lines).toHaveLength(21);
    expect(lines.every((line) => typeof JSON.parse(line) === 'object')).toBe(true);
  });

  it('with a line that is too long ends there, without keeping it', async () => {
    await facing((socket) => {
      socket.write(begin);
      pour(socket, Buffer.alloc(2 ** 20, 120));
    }, httpLimits);
    const before = process.memoryUsage().rss;
    expect((await wrongOf(readLines())).wrong).toBe('line_too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(10 * 2 ** 20);
  });

  it('may come in pieces that end anywhere', async () => {
    const long = Array.from({ length: 50 }, (_, at) => `line ${at} ${'x'.repeat(60)}`);
    const bytes = Buffer.from(`${long.join('\n')}\n`);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 30) yield bytes.subarray(at, at + 30);
    }
    const lines: string[] = [];
    for await (const line of inLines(pieces(), 100, () => new Error('too long'))) lines.push(line);
    expect(lines).toEqual(long);
  });

  it('that falls silent is given up, one that is cut says so', async () => {
    await facing((socket) => socket.write(`${begin}{"a":1}\n`), { idleMs: 200 });
    expect((await wrongOf(readLines())).wrong).toBe('idle_timeout');
    setup.http.close();
    await setup.server.close();
    await facing((socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"a":1}\n\r\n',
      ),
    );
    expect((await wrongOf(readLines())).wrong).toBe('truncated');
  });

  it('that was not given is an error like any other', async () => {
    await facing((socket) =>
      socket.write(answerOf('409 Conflict', json, '{"error":{"code":"idempotency_conflict"}}')),
    );
    expect((await wrongOf(readLines())).wrong).toBe(409);
  });
});
