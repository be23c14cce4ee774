import type { Changes, Item } from '../../src-shared/domain/item.ts';
import type { Ticket } from './fake-tickets.ts';
import type { FakeWorld } from './fake-world.ts';

type Values = Readonly<Record<string, string | number | null>>;

/** What an action that sets one field would do to a ticket. */
export function planItem(ticket: Ticket, seq: number, field: string, value: string | null): Item {
  const before = (ticket as Values)[field] ?? null;
  const base = {
    seq,
    recordId: ticket.id,
    recordKey: ticket.key,
    recordTitle: ticket.subject,
    attempts: 0,
    finishedAt: null,
    written: null,
    undoneBy: null,
    delivery: null,
  };
  if (before === value) return { ...base, state: 'skipped', reason: 'already_so', before: null, after: null };
  if (ticket.status === 'closed')
    return { ...base, state: 'skipped', reason: 'illegal_transition', before: null, after: null };
  return { ...base, state: 'planned', reason: null, before: { [field]: before }, after: { [field]: value } };
}

/** The opposite of done items, of all their fields or of some. What was changed since is left alone, with what stands there now. */
export function planBack(
  { records }: FakeWorld,
  done: readonly Item[],
  fields: readonly string[] | undefined,
): Item[] {
  return done.map((item, index): Item => {
    const pick = (changes: Changes | null) =>
      changes &&
      Object.fromEntries(Object.entries(changes).filter(([name]) => !fields || fields.includes(name)));
    const written = pick(item.after);
    const record = records.get(item.recordId ?? 0) as Values | undefined;
    const now = Object.fromEntries(Object.keys(written ?? {}).map((name) => [name, record?.[name] ?? null]));
    const isChanged = Object.entries(written ?? {}).some(([name, value]) => now[name] !== value);
    const back = {
      ...item,
      seq: index + 1,
      before: now,
      after: pick(item.before),
      written: item.after,
      finishedAt: null,
    };
    return isChanged
      ? { ...back, state: 'skipped', reason: 'changed_since' }
      : { ...back, state: 'planned', reason: null };
  });
}
