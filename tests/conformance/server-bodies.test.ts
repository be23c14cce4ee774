import { describe, expect, test } from 'vitest';
import { ErrorBody } from '../../src-main/hosts/server/faces/http/api-error.ts';
import { bulk, good, useUnchanged } from './unchanged-tickets.ts';

const { setup, remember, expectUnchanged } = useUnchanged();

describe('a body', () => {
  test.each<[string, unknown, number]>([
    ['of nothing', '', 400],
    ['of half of it', '{"ticket_ids":[1]', 400],
    ['of a text', '"x"', 422],
    ['of a list', '[]', 422],
    ['of null', 'null', 422],
    ['of two', '{}{}', 400],
    ['of something else than JSON', 'ticket_ids=1', 400],
    ['without ids', { ...good, ticket_ids: undefined }, 422],
    ['with no id', { ...good, ticket_ids: [] }, 422],
    ['with an id twice', { ...good, ticket_ids: [1, 2, 1] }, 422],
    ['with an id as text', { ...good, ticket_ids: ['1'] }, 422],
    ['with an id that is none', { ...good, ticket_ids: [1.5] }, 422],
    ['with a negative id', { ...good, ticket_ids: [-1] }, 422],
    ['with an id beyond all numbers', { ...good, ticket_ids: [1e18] }, 422],
    ['with an id that is null', { ...good, ticket_ids: [null] }, 422],
    ['with ids that are nested', { ...good, ticket_ids: [[1]] }, 422],
    ['with too many ids', { ...good, ticket_ids: Array.from({ length: 100_001 }, (_, at) => at + 1) }, 422],
    ['with an unknown type', { ...good, operation_type: 'explode' }, 422],
    ['with data of another type', { ...good, operation_type: 'update_status' }, 422],
    [
      'with an unknown status',
      { ...good, operation_type: 'update_status', operation_data: { status: 'asleep' } },
      422,
    ],
    ['with an unknown field', { ...good, colour: 'red' }, 422],
    ['with an unknown field within', { ...good, operation_data: { assignee_id: 'x', colour: 'red' } }, 422],
    [
      'with a key that reaches a prototype',
      '{"ticket_ids":[1],"operation_type":"delete","operation_data":{},"__proto__":{"a":1}}',
      422,
    ],
    ['with an assignee of spaces', { ...good, operation_data: { assignee_id: '  ' } }, 422],
    ['with a control character', { ...good, operation_data: { assignee_id: 'a\u0000b' } }, 422],
    ['nested without end', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, 422],
    ['with a description that is none', { ...good, metadata: { description: '' } }, 422],
  ])('%s is refused with what is wrong', async (_, body, status) => {
    remember();
    const reply = await setup.api.call('POST', bulk, { token: setup.mina, body });
    expect(reply.status).toBe(status);
    const { error } = ErrorBody.parse(reply.body);
    expect([error.code, error.message.length > 10]).toEqual(['invalid_request', true]);
    expect(error.details.next).toMatch(/^Correct .+ send it again\.$/);
    expectUnchanged();
  });

  test('refused by the console is answered with its problems, as one refused at the door is', async () => {
    const headers = { 'if-match': '"1"' };
    const body = { status: 'asleep', colour: 'red' };
    const { error } = (
      await setup.api.call('PATCH', '/api/v1/tickets/9', { token: setup.mina, body, headers })
    ).body;
    expect(error.code).toBe('invalid_request');
    expect(error.details.problems.length).toBeGreaterThan(1);
    expect(error.message).toBe(`${error.details.problems.join('; ')}. Nothing was changed.`);
    expect(error.message).not.toContain('operations.plan');
    for (const wrong of ['status: ', 'colour']) expect(error.message).toContain(wrong);
    const refused = (
      await setup.api.call('POST', bulk, { token: setup.mina, body: { ...good, x: 1, ticket_ids: [] } })
    ).body.error;
    expect(refused.message).toBe(`${refused.details.problems.join('; ')}. Nothing was changed.`);
  });

  test('names every id that is wrong', async () => {
    const reply = await setup.api.call('POST', bulk, {
      token: setup.mina,
      body: { ...good, ticket_ids: [1, 'x', 2.5] },
    });
    expect(reply.body.error.details.ids).toEqual(['x', '2.5']);
    const twice = await setup.api.call('POST', bulk, {
      token: setup.mina,
      body: { ...good, ticket_ids: [3, 4, 3, 4, 4] },
    });
    expect(twice.body.error.details.ids).toEqual(['3', '4']);
  });

  test('of the wrong type, or too large, is refused', async () => {
    remember();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect(
        (
          await setup.api.call('POST', bulk, {
            token: setup.mina,
            body: good,
            headers: { 'content-type': type },
          })
        ).status,
      ).toBe(415);
    const large = await setup.api.call('POST', bulk, {
      token: setup.mina,
      body: `{"x":"${'y'.repeat(9_000_000)}"}`,
    });
    expect(large.status).toBe(413);
    expectUnchanged();
  });
});
