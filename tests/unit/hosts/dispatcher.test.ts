import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Caller } from '../../../src-main/api/caller.ts';
import { BulkheadError, ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { Reply } from '../../../src-shared/contract/index.ts';
import { countedDispatch } from './counted-dispatch.ts';

const owner: Caller = { client: 'w', actor: 'owner', role: 'admin' };

function errorOf(reply: Reply): ErrorDto {
  if (reply.ok) throw new Error('the reply is not an error');
  return ErrorDto.parse(reply.error);
}

describe('a request that the contract knows', () => {
  test('reaches its handler parsed, with the client, and is answered', async () => {
    const { dispatch, calls } = countedDispatch({ 'records.count': () => ({ count: 3 }) });
    const reply = await dispatch(
      { ...owner, client: 'window-1' },
      {
        name: 'records.count',
        input: { collection: 'tickets', filter: {} },
      },
    );
    expect(reply).toEqual({ ok: true, value: { count: 3 } });
    const input = { collection: 'tickets', filter: { conditions: [], text: '', deleted: false } };
    expect(calls).toEqual([{ name: 'records.count', input, client: 'window-1' }]);
  });

  test('that is said no to is answered with the code, the sentence and the details', async () => {
    const { dispatch, failures } = countedDispatch({
      'operations.start': () => {
        throw new BulkheadError('wrong_state', 'It has ended.', { details: { state: 'completed' } });
      },
    });
    const error = errorOf(await dispatch(owner, { name: 'operations.start', input: { id: 1 } }));
    expect(error).toMatchObject({
      code: 'wrong_state',
      message: 'It has ended.',
      details: { state: 'completed' },
    });
    expect(failures).toEqual([]);
  });

  test.each(['storage_error', 'workspace_damaged', 'internal'] as const)(
    'that fails with %s, which somebody else has to see to, is in the log',
    async (code) => {
      const error = new BulkheadError(code, 'The database refused the change.');
      const { dispatch, failures } = countedDispatch({
        'operations.get': () => {
          throw error;
        },
      });
      const shown = errorOf(await dispatch(owner, { name: 'operations.get', input: { id: 1 } }));
      expect(shown).toEqual(error.toDto());
      expect(failures).toEqual([{ reference: expect.any(String), request: 'operations.get', error }]);
    },
  );

  test('whose handler finds the input wrong is told where', async () => {
    const { dispatch } = countedDispatch({
      'operations.plan': () => z.strictObject({ status: z.enum(['open']) }).parse({ status: 'gone' }),
    });
    const input = {
      action: 'update-status',
      collection: 'tickets',
      selection: { mode: 'ids', ids: [1] },
      input: {},
    };
    const error = errorOf(await dispatch(owner, { name: 'operations.plan', input }));
    expect(error.code).toBe('invalid_request');
    expect(error.message).toContain('status: ');
  });

  test('whose handler fails in an unforeseen way gets a reference and no inner words', async () => {
    const { dispatch, failures } = countedDispatch({
      'operations.get': () => {
        throw new TypeError('secret path /home/me');
      },
    });
    const error = errorOf(await dispatch(owner, { name: 'operations.get', input: { id: 1 } }));
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('secret');
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ request: 'operations.get', reference: error.details?.['reference'] });
  });

  test('whose answer breaks the contract is not passed on', async () => {
    const { dispatch, failures } = countedDispatch({ 'records.count': () => ({ count: 1, secret: 'x' }) });
    const error = errorOf(
      await dispatch(owner, { name: 'records.count', input: { collection: 'tickets', filter: {} } }),
    );
    expect(error.code).toBe('internal');
    expect(String(failures[0]?.error)).toContain('records.count');
  });

  test('is answered even when nobody can be told of the failure', async () => {
    const fail = () => Promise.reject(new Error('x'));
    const { dispatch } = countedDispatch({ 'app.info': fail }, () => {
      throw new Error('the log is full');
    });
    expect(errorOf(await dispatch(owner, { name: 'app.info', input: {} })).code).toBe('internal');
  });
});

describe('a message that the contract does not know', () => {
  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'records.purge', '', 'APP.INFO'])(
    'called %j is an unknown request',
    async (name) => {
      const { dispatch, calls } = countedDispatch();
      expect(errorOf(await dispatch(owner, { name, input: {} })).code).toBe('unknown_request');
      expect(calls).toEqual([]);
    },
  );

  test('names the path and what is wrong with it', async () => {
    const { dispatch } = countedDispatch();
    const input = { viewId: 'v', from: 0, limit: 501 };
    const error = errorOf(await dispatch(owner, { name: 'records.rows', input }));
    expect(error.message).toMatch(
      /^The request records\.rows was refused: limit: .*500.*Nothing was changed\.$/,
    );
    expect(error.details?.['problems']).toHaveLength(1);
  });

  test.each([
    ['an own __proto__', JSON.parse('{"status":"open","__proto__":{"isAdmin":true}}')],
    ['an own constructor', { constructor: { prototype: { isAdmin: true } } }],
    ['a nested __proto__', { a: [{ b: JSON.parse('{"__proto__":{"isAdmin":true}}') }] }],
    ['a function', { run: () => 1 }],
    ['a class instance', { at: new Date() }],
    ['bottomless nesting', Array.from({ length: 1000 }).reduce<unknown>((inner) => ({ inner }), {})],
  ])('with %s in a free-form input stops at the door', async (_, input) => {
    const { dispatch, calls } = countedDispatch();
    const message = {
      name: 'operations.plan',
      input: { action: 'a', collection: 'tickets', selection: { mode: 'ids', ids: [1] }, input },
    };
    expect(errorOf(await dispatch(owner, message)).code).toBe('invalid_request');
    expect(calls).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
  });

  test('that throws when it is read is refused', async () => {
    const { dispatch } = countedDispatch();
    const trap = {
      get name(): string {
        throw new Error('trap');
      },
      input: {},
    };
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    for (const message of [trap, proxy])
      expect(errorOf(await dispatch(owner, message)).code).toBe('invalid_request');
  });
});
