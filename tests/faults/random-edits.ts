import { type CollectionName, collectionNames } from '../../src-shared/collections/index.ts';
import { readDatabase } from '../builders/tickets.ts';
import type { Mischance } from '../fakes/mischief-proxy.ts';

/** What passes by itself; the others keep a remote shut until somebody signs in. */
export const passing = ['lost', 'answer_lost', 'answer_lost', 'cut', 'cut', 'late', 429, 500, 503] as const;
export const shutting = [...passing, ...passing, 302, 401, 'page'] as const;

type Edit = readonly [action: string, input: Readonly<Record<string, unknown>>];

export function pickFrom<T>(random: () => number, values: readonly [T, ...T[]]): T;
export function pickFrom<T>(random: () => number, values: readonly T[]): T | undefined;
export function pickFrom<T>(random: () => number, values: readonly T[]): T | undefined {
  return values[Math.floor(random() * values.length)];
}

export function mischanceFrom(random: () => number, mischances: typeof passing | typeof shutting): Mischance {
  const what = pickFrom<(typeof shutting)[number]>(random, mischances);
  if (what === 'late') return { lateMs: Math.floor(random() * 500) };
  return what === 'cut' ? { bytes: Math.floor(random() * 2_000) } : what;
}

/** Some records of a workspace, and a change of them that no other one is like where `text` is not. */
export function editFrom(
  random: () => number,
  folder: string,
  text: string,
): { edit: Edit; collection: CollectionName; ids: number[] } {
  const collection = pickFrom(random, [...collectionNames, 'tickets'] as const);
  const all = readDatabase(folder, (db) => db.prepare(`SELECT id FROM ${collection}`).pluck().all());
  const share = pickFrom(random, [0.1, 0.3, 1]);
  const ids = (all as number[]).filter(() => random() < share);
  const edits: Readonly<Record<CollectionName, [Edit, ...Edit[]]>> = {
    tickets: [
      ['update_category', { category: text }],
      ['add_comment', { comment: text }],
      ['update_status', { status: pickFrom(random, ['open', 'pending', 'solved']) }],
    ],
    sessions: [
      ['close', {}],
      ['archive', {}],
    ],
    videos: [
      ['set_category', { category: text }],
      ['reprocess', {}],
    ],
    orders: [
      ['status_update', { status: pickFrom(random, ['PROCESSING', 'CANCELLED']) }],
      ['archive', {}],
    ],
  };
  const edit = pickFrom<Edit>(random, [...edits[collection], ['delete', {}], ['restore', {}]]);
  return { edit, collection, ids: ids.length === 0 ? [1] : ids };
}
