import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { effectOf, invertEffect } from '../../../src-main/actions/effect.ts';
import { actions } from '../../../src-main/actions/index.ts';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { ActionInfo } from '../../../src-shared/contract/actions.ts';

const context = { nowMs: 1_000 };

/** An input that each action takes, by the names of its form. */
const inputs: Record<string, Record<string, unknown>> = {
  update_status: { status: 'solved' },
  add_comment: { comment: 'Hello', is_internal: false },
  assign: { assignee: 'Ada' },
  update_priority: { priority: 'high' },
  update_category: { category: 'Billing' },
  export: { columns: ['key', 'subject'], has_bom: false, target: 'handle-12345678' },
  delete: {},
  restore: {},
};

describe('every action', () => {
  it('has a name of its own and an input here', () => {
    expect(actions.map(({ name }) => name)).toEqual(Object.keys(inputs));
    expect(new Set(actions.map(({ label }) => label)).size).toBe(actions.length);
  });

  it.each(actions)('$name asks in its form for just what it takes', (action) => {
    const { name, label, collections, form, isDestructive, forDeleted } = action;
    ActionInfo.parse({ name, label, collections, form, isDestructive, forDeleted });
    const input = inputs[name] ?? {};
    expect(form.map((field) => field.name).toSorted()).toEqual(Object.keys(input).toSorted());
    for (const field of form) {
      if (field.suggestFrom) expect(fieldOf(tickets, field.suggestFrom)?.isFacet).toBe(true);
      if (!field.isRequired) continue;
      const { [field.name]: _left, ...rest } = input;
      expect(() => action.prepare(rest, context)).toThrow(ZodError);
    }
    expect(() => action.prepare({ ...input, more: 1 }, context)).toThrow(ZodError);
    const { title } = action.prepare(input, context);
    expect(title).toMatch(/^[A-Z].{3,}/);
  });

  it.each(actions.filter(({ name }) => name !== 'export'))(
    '$name can be turned round, there and back',
    (action) => {
      const { change } = action.prepare(inputs[action.name] ?? {}, context);
      if (change.kind === 'export') throw new Error('not an edit');
      const effect = effectOf(change);
      const undone = invertEffect(effect, 1);
      if (!undone) throw new Error('cannot be undone');
      const redone = invertEffect(undone, 2);
      if (!redone) throw new Error('the undo cannot be undone');
      expect(invertEffect(redone, 3)).toEqual(undone);
      expect(action.isReversible).toBe(true);
    },
  );

  it('export says that it cannot be undone', () => {
    const action = actions.find(({ name }) => name === 'export');
    expect(action?.isReversible).toBe(false);
    expect(
      invertEffect({ kind: 'export', path: '/tmp/x.csv', columns: ['key'], hasBom: true }, 1),
    ).toBeNull();
  });

  it('marks what takes tickets out of sight', () => {
    expect(actions.filter(({ isDestructive }) => isDestructive).map(({ name }) => name)).toEqual(['delete']);
    expect(actions.filter(({ forDeleted }) => forDeleted).map(({ name }) => name)).toEqual(['restore']);
  });
});
