import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Item } from '../../../src-shared/domain/item.ts';
import { canUndo, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectEnded, expectHistoryHolds } from '../../builders/books.ts';
import { runs } from '../../builders/property.ts';
import { planSeveralFields } from '../../builders/several-fields.ts';
import { allTickets, makeTickets, replaceTickets, theseTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });

const ids = [1, 2];
const actions = { category: 'update_category', assignee: 'assign' } as const;
type Field = keyof typeof actions;
const fields = Object.keys(actions) as Field[];
/** Few values, so that the same one is often given again. */
const values = fc.record({
  category: fc.constantFrom('Billing', 'Login'),
  assignee: fc.constantFrom('Ada', 'Ben'),
});
const step = fc.oneof(
  fc.record({ values, field: fc.constantFrom(...fields), ids: fc.subarray(ids, { minLength: 1 }) }),
  fc.record({ values }),
  {
    weight: 3,
    arbitrary: fc.record({ back: fc.nat({ max: 6 }), seqs: fc.subarray(ids), fields: fc.subarray(fields) }),
  },
);

interface Done {
  readonly operation: Operation;
  readonly items: readonly Item[];
}

/** What is known of a workspace without the database: what its tickets hold, and which writes of operations stand there. */
function createModel() {
  const done: Done[] = [];
  const standing = new Map<string, boolean>();
  const keyOf = (id: number, record: number, field: string) => `${id} ${record} ${field}`;
  const undoneBy = (id: number) =>
    done.find(({ operation }) => operation.id === id)?.operation.undoOf ?? null;

  /** How many undos lead from an operation up to another one; null where none do. */
  function depthBelow(id: number, above: number): number | null {
    let depth = 0;
    for (let at: number | null = id; at !== null; at = undoneBy(at), depth += 1)
      if (at === above) return depth;
    return null;
  }

  function rootOf(id: number): number {
    const undone = undoneBy(id);
    return undone === null ? id : rootOf(undone);
  }

  return {
    done,
    stands: (id: number, record: number, field: string) => standing.get(keyOf(id, record, field)) === true,
    note: (operation: Operation, items: readonly Item[]) => {
      done.push({ operation, items });
      const family = done.filter((other) => rootOf(other.operation.id) === rootOf(operation.id));
      for (const { state, recordId, before, after } of items) {
        if (state !== 'done' || recordId === null || before === null || after === null) continue;
        for (const field of Object.keys(after))
          for (const { operation: other } of family) {
            const depth = depthBelow(operation.id, other.id) ?? 1;
            const key = keyOf(other.id, recordId, field);
            if (depth % 2 === 1) standing.set(key, false);
            else if (depth === 0 || before[field] !== after[field]) standing.set(key, true);
          }
      }
    },
  };
}

it('undos of operations, of parts and of undos: each takes back what stands of it, and nothing that is somebody else’s', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 16, size: 'max' }), async (steps) => {
      replaceTickets(
        app.folder,
        makeTickets(ids.length, () => ({ category: 'Billing', assignee: 'Ada' })),
      );
      const model = createModel();
      const itemsOf = async (id: number) => (await app.ask('operations.items', { id, limit: 9 })).items;
      const valuesNow = () => new Map(allTickets(app.folder).map((ticket) => [ticket.id, ticket]));

      async function planned(next: (typeof steps)[number]): Promise<Operation | null> {
        if ('field' in next) {
          const { field, ids: which, values: given } = next;
          const input = { [field]: given[field] };
          const about = { collection: 'tickets', selection: theseTickets(...which), input } as const;
          return app.ask('operations.plan', { action: actions[field], ...about });
        }
        if ('values' in next)
          return app.ask('operations.get', { id: planSeveralFields(app.folder, next.values) });
        const source = model.done.filter(({ items }) => items.some(isDone)).at(-1 - next.back);
        return source ? undoOf(source, next) : null;
      }

      async function undoOf({ operation, items }: Done, part: { seqs: number[]; fields: Field[] }) {
        const seqs = items
          .filter((item) => isDone(item) && part.seqs.includes(item.seq))
          .map(({ seq }) => seq);
        const some = part.fields.filter((field) => operation.fields.includes(field));
        const parts = { ...(seqs.length > 0 && { seqs }), ...(some.length > 0 && { fields: some }) };
        const draft = await app.ask('operations.undo', { id: operation.id, ...parts });
        const now = valuesNow();
        const back = some.length > 0 ? some : operation.fields;
        const chosen = items.filter((item) => isDone(item) && (seqs.length === 0 || seqs.includes(item.seq)));
        const expected = chosen.map(({ recordId, before, after }) => {
          const ticket = now.get(recordId ?? 0);
          const changed = back.filter((field) => ticket?.[field as Field] !== before?.[field]);
          const isOwn = (field: string) =>
            ticket?.[field as Field] === after?.[field] && model.stands(operation.id, recordId ?? 0, field);
          if (changed.length === 0) return 'already_so';
          return changed.every(isOwn) ? 'planned' : 'changed_since';
        });
        const found = await itemsOf(draft.id);
        expect(found.map(({ state, reason }) => reason ?? state)).toEqual(expected);
        const { undone, ...rest } = await app.ask('operations.get', { id: operation.id });
        const isWhole = seqs.length === 0 && some.length === 0;
        if (isWhole && !canUndo({ ...rest, undone })) expect(expected).not.toContain('planned');
        return draft;
      }

      for (const next of steps) {
        const draft = await planned(next);
        if (!draft) continue;
        const operation = await app.run(draft);
        expectEnded(app.folder, operation);
        model.note(operation, await itemsOf(operation.id));
      }
      expectHistoryHolds(app.folder);
      for (const source of model.done.filter(({ items }) => items.some(isDone)))
        for (const part of [[], ...fields.map((field) => [field])]) {
          const { id } = await undoOf(source, { seqs: [], fields: part });
          await app.ask('operations.discard', { id });
        }
    }),
    // One that fails is a few dozen operations: to find a shorter one would take minutes.
    { ...runs(8), endOnFailure: true },
  );
});

function isDone({ state }: Item): boolean {
  return state === 'done';
}
