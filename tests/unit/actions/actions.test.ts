import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import type { Action } from '../../../src-main/actions/action.ts';
import { effectOf, invertEffect } from '../../../src-main/actions/effect.ts';
import { actions } from '../../../src-main/actions/index.ts';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { collectionNames, collections } from '../../../src-shared/collections/index.ts';
import { ActionInfo } from '../../../src-shared/contract/actions.ts';

const context = { nowMs: 1_000 };

const exported = {
  columns: ['key', 'status'],
  format: 'ndjson',
  include_details: true,
  has_bom: false,
  target: 'handle-12345678',
};

/** An input that each action takes, by the names of its form. */
const inputs: Record<string, Record<string, unknown>> = {
  'tickets update_status': { status: 'solved' },
  'tickets add_comment': { comment: 'Hello', is_internal: false },
  'tickets assign': { assignee: 'Ada' },
  'tickets update_priority': { priority: 'high' },
  'tickets update_category': { category: 'Billing' },
  'tickets export': exported,
  'tickets delete': {},
  'tickets restore': {},
  'sessions close': {},
  'sessions archive': {},
  'sessions export': exported,
  'sessions delete': { soft_delete: true, cascade_exports: true },
  'sessions restore': {},
  'videos set_category': { category: 'Talks' },
  'videos reprocess': {},
  'videos export': exported,
  'videos delete': {},
  'videos restore': {},
  'orders status_update': { status: 'SHIPPED' },
  'orders archive': {},
  'orders export': exported,
  'orders delete': {},
  'orders restore': {},
};
const nameOf = ({ collection, name }: Action) => `${collection} ${name}`;

describe('every action', () => {
  it('has a name of its own within its collection and an input here', () => {
    expect(actions.map(nameOf)).toEqual(Object.keys(inputs));
    const labels = actions.map(({ collection, label }) => `${collection} ${label}`);
    expect(new Set(labels).size).toBe(actions.length);
  });

  it.each(actions)('$collection: $name asks in its form for just what it takes', (action) => {
    const { collection, name, label, form, isDestructive, forDeleted } = action;
    ActionInfo.parse({ collection, name, label, form, isDestructive, forDeleted });
    const input = inputs[nameOf(action)] ?? {};
    expect(form.map((field) => field.name).toSorted()).toEqual(Object.keys(input).toSorted());
    for (const field of form) {
      if (field.suggestFrom) expect(fieldOf(collections[collection], field.suggestFrom)?.isFacet).toBe(true);
      if (!field.isRequired) continue;
      const { [field.name]: _left, ...rest } = input;
      expect(() => action.prepare(rest, context)).toThrow(ZodError);
    }
    expect(() => action.prepare({ ...input, more: 1 }, context)).toThrow(ZodError);
    const { title } = action.prepare(input, context);
    expect(title).toMatch(/^[A-Z].{3,}/);
  });

  it.each(actions.filter(({ name }) => name === 'export'))(
    '$collection: $name names no column twice: such a file could not be imported again',
    (action) => {
      const columns = ['key', 'status', 'key'];
      expect(() => action.prepare({ ...exported, columns }, context)).toThrow(/names a column twice/);
    },
  );

  it.each(actions.filter(({ name }) => name !== 'export'))(
    '$collection: $name can be turned round, there and back',
    (action) => {
      const { change } = action.prepare(inputs[nameOf(action)] ?? {}, context);
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
    const exports = actions.filter(({ name }) => name === 'export');
    expect(exports.map(({ isReversible }) => isReversible)).toEqual([false, false, false, false]);
    expect(
      invertEffect({ kind: 'export', path: '/tmp/x.csv', columns: ['key'], hasBom: true }, 1),
    ).toBeNull();
  });

  it('marks what takes records out of sight', () => {
    for (const collection of collectionNames) {
      const own = actions.filter((action) => action.collection === collection);
      expect(own.filter(({ isDestructive }) => isDestructive).map(({ name }) => name)).toEqual(['delete']);
      expect(own.filter(({ forDeleted }) => forDeleted).map(({ name }) => name)).toEqual(['restore']);
    }
  });

  it.each(['', '   ', null])('takes an assignee of %j for nobody', (assignee) => {
    const assign = actions.find(({ name }) => name === 'assign');
    expect(assign?.prepare({ assignee }, context)).toMatchObject({
      title: 'Unassign',
      change: { kind: 'set', values: { assignee: null } },
    });
  });

  it('says on screen what it is done to', () => {
    const titles = actions
      .filter(({ name }) => name === 'delete')
      .map((action) => action.prepare(inputs[nameOf(action)], context).title);
    expect(titles).toEqual(['Delete tickets', 'Delete sessions', 'Delete videos', 'Delete orders']);
  });
});
