import type { CollectionName } from '../../../src-shared/collections/index.ts';

export type Fields = Record<string, string | number | null>;

/** A record of the fake desk, and how often it was changed. */
export interface DeskRecord {
  readonly id: string;
  version: number;
  isDeleted: boolean;
  fields: Fields;
  /** Changes that really took place. */
  effects: number;
  /** Comments that were really added. */
  comments: string[];
}

/** What the fake desk holds: records in memory, and the order in which they were changed. */
export interface DeskRecords {
  all(collection: CollectionName): DeskRecord[];
  find(collection: CollectionName, id: string): DeskRecord | undefined;
  /** Somebody changes a record; answers why not, or null. */
  change(collection: CollectionName, id: string, change: Fields | { comment: string }): string | null;
  page(
    collection: CollectionName,
    cursor: string,
    limit: number,
  ): { items: DeskRecord[]; cursor: string; isEnd: boolean } | null;
  /** From now on cursors that were given out before are not known any more. */
  forgetCursors(): void;
}

export function createDeskRecords(seed: Partial<Record<CollectionName, readonly Fields[]>>): DeskRecords {
  const records = new Map<string, DeskRecord>();
  let log: { collection: string; id: string }[] = [];
  let epoch = 1;
  for (const [collection, list] of Object.entries(seed))
    for (const [at, fields] of list.entries()) {
      const id = String(at + 1);
      records.set(`${collection} ${id}`, {
        id,
        version: 1,
        isDeleted: false,
        fields: { ...fields },
        effects: 0,
        comments: [],
      });
    }
  const all = (collection: CollectionName) =>
    [...records].filter(([name]) => name.startsWith(`${collection} `)).map(([, record]) => record);

  return {
    all,
    find: (collection, id) => records.get(`${collection} ${id}`),
    change: (collection, id, change) => {
      const record = records.get(`${collection} ${id}`);
      if (!record) return 'not_found';
      if ('comment' in change) record.comments.push(String(change.comment));
      else {
        const { deleted, ...fields } = change;
        if (record.isDeleted && deleted === undefined) return 'deleted';
        if (record.fields['isLocked'] === 'yes') return 'LOCKED_RECORD';
        if (deleted !== undefined) record.isDeleted = deleted === 1;
        Object.assign(record.fields, fields);
      }
      record.version += 1;
      record.effects += 1;
      log.push({ collection, id });
      return null;
    },
    page: (collection, cursor, limit) => {
      const [theirs = '', walked = '', logged = ''] = (
        cursor === '' ? `${epoch}.0.${log.length}` : cursor
      ).split('.');
      if (Number(theirs) !== epoch) return null;
      const live = all(collection).filter(({ isDeleted }) => !isDeleted);
      const rest = walked === '' ? [] : live.filter(({ id }) => Number(id) > Number(walked)).slice(0, limit);
      if (rest.length === limit)
        return { items: rest, cursor: `${epoch}.${rest.at(-1)?.id}.${logged}`, isEnd: false };
      const until = Math.min(log.length, Number(logged) + limit - rest.length);
      const ids = new Set(
        log
          .slice(Number(logged), until)
          .flatMap((entry) => (entry.collection === collection ? entry.id : [])),
      );
      const changed = [...ids].flatMap((id) => records.get(`${collection} ${id}`) ?? []);
      const items = [...rest.filter(({ id }) => !ids.has(id)), ...changed];
      return { items, cursor: `${epoch}..${until}`, isEnd: until === log.length };
    },
    forgetCursors: () => {
      epoch += 1;
      log = [];
    },
  };
}
