import { type CollectionName, collectionNames } from '../../src-shared/collections/index.ts';
import { pick, type Random } from '../builders/random.ts';
import { readDatabase } from '../builders/tickets.ts';
import type { Mischance } from '../fakes/mischief-proxy.ts';

/** What passes by itself; the others keep a remote shut until somebody signs in. */
export const passing = ['lost', 'answer_lost', 'answer_lost', 'cut', 'cut', 'late', 429, 500, 503] as const;
export const shutting = [...passing, ...passing, 302, 401, 'page'] as const;

type Edit = readonly [action: string, input: Readonly<Record<string, unknown>>];

export function mischanceFrom(random: Random, mischances: typeof passing | typeof shutting): Mischance {
  const what = pick<(typeof shutting)[number]>(mischances, random);
  if (what === 'late') return { lateMs: Math.floor(random() * 500) };
  return what === 'cut' ? { bytes: Math.floor(random() * 2_000) } : what;
}

/** Some records of a workspace, and a change of them that no other one is like where `text` is not. */
export function editFrom(
  random: Random,
  folder: string,
  text: string,
): { edit: Edit; collection: CollectionName; ids: number[] } {
  const collection = pick([...collectionNames, 'tickets'] as const, random);
  const all = readDatabase(folder, (db) => db.prepare(`SELECT id FROM ${collection}`).pluck().all());
  const share = pick([0.1, 0.3, 1], random);
  const ids = (all as number[]).filter(() => random() < share);
  const edits: Readonly<Record<CollectionName, [Edit, ...Edit[]]>> = {
    tickets: [
      ['update_category', { category: text }],
      ['add_comment', { comment: text }],
      ['update_status', { status: pick(['open', 'pending', 'solved'], random) }],
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
      ['status_update', { status: pick(['PROCESSING', 'CANCELLED'], random) }],
      ['archive', {}],
    ],
  };
  const edit = pick<Edit>([...edits[collection], ['delete', {}], ['restore', {}]], random);
  return { edit, collection, ids: ids.length === 0 ? [1] : ids };
}
