import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Wrong } from '../../../src-main/remotes/http-failure.ts';
import { httpLimits } from '../../../src-main/remotes/http-limits.ts';
import { answerOf } from '../../fakes/hostile-server.ts';
import { get, json, never, useHostileHttp, wrongOf } from './hostile-http.ts';

const setup = useHostileHttp();
const { facing } = setup;

describe('time', () => {
  // Of our timers only; those of the connections go on.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Polls of the test's own: those of Vitest would make time go by. */
  async function until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise((resolve) => setImmediate(resolve));
  }

  const noTimerIsLeft = () => until(() => vi.getTimerCount() === 0);

  /** What is under way fails in so many ms from now, and not before. */
  async function failsIn(ms: number, work: Promise<unknown>): Promise<Wrong> {
    let isOver = false;
    const failed = wrongOf(work).finally(() => {
      isOver = true;
    });
    vi.advanceTimersByTime(ms - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    const { wrong } = await failed;
    await noTimerIsLeft();
    return wrong;
  }

  it('and size are limited where nobody says otherwise', async () => {
    await facing(() => undefined, null);
    expect(httpLimits).toEqual({
      connectMs: 5_000,
      headersMs: 15_000,
      idleMs: 30_000,
      totalMs: 60_000,
      bodyMax: 8 * 1_024 * 1_024,
      lineMax: 1_024 * 1_024,
    });
  });

  it('for a connection is 5 s: one that nobody answers on is surely not reached', async () => {
    await facing(() => undefined, null, 'https');
    const asked = setup.http.ask(get, never);
    await until(() => setup.server.open() === 1);
    expect(await failsIn(5_000, asked)).toBe('connect_timeout');
    expect(setup.server.requests).toEqual([]);
  });

  it('for the beginning of an answer is 15 s', async () => {
    await facing(() => undefined, null);
    const asked = setup.http.ask(get, never);
    await until(() => setup.server.requests.length === 1);
    expect(await failsIn(15_000, asked)).toBe('headers_timeout');
  });

  it('between two pieces of an answer is 30 s', async () => {
    await facing(
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n{"a":1}\n'),
      null,
    );
    const lines = setup.http.lines(get, never);
    expect(await lines.next()).toEqual({ done: false, value: '{"a":1}' });
    expect(await failsIn(30_000, lines.next())).toBe('idle_timeout');
  });

  it('is not watched any more when a request is over, whatever came of it', async () => {
    const answers = [
      answerOf('200 OK', json, '{}'),
      answerOf('422 Unprocessable', json, '{}'),
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    ];
    await facing((socket) => {
      const answer = answers.shift();
      if (answer !== undefined) socket.write(answer);
      if (answers.length === 0) socket.end();
    }, null);
    expect((await setup.http.ask(get, never)).body).toEqual({});
    await noTimerIsLeft();
    expect((await wrongOf(setup.http.ask(get, never))).wrong).toBe(422);
    await noTimerIsLeft();
    expect((await wrongOf(setup.http.ask(get, never))).wrong).toBe('truncated');
    await noTimerIsLeft();
    const stop = new AbortController();
    const asked = wrongOf(setup.http.ask(get, stop.signal));
    stop.abort();
    expect((await asked).wrong).toMatch(/^stopped/);
    await noTimerIsLeft();
  });
});
