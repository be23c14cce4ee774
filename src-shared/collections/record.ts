import { z } from 'zod';
import { FieldValue } from '../domain/condition.ts';

/**
 * A record of any collection as the grid shows it: what every record has, and its fields by name, long texts left out.
 * Times are epoch ms.
 */
export const CollectionRecord = z
  .object({
    id: z.int().positive(),
    /** Its id in the system it came from, and its name on screen. */
    key: z.string(),
    source: z.string(),
    createdAt: z.int(),
    updatedAt: z.int(),
    deletedAt: z.int().nullable(),
    version: z.int().positive(),
  })
  .catchall(FieldValue);
export type CollectionRecord = z.infer<typeof CollectionRecord>;

export const RecordComment = z.strictObject({
  id: z.int().positive(),
  body: z.string(),
  isInternal: z.boolean(),
  author: z.string(),
  createdAt: z.int(),
});
export type RecordComment = z.infer<typeof RecordComment>;

/**
 * One event of a record's life before it came here: the columns of the file that changed then. The first one tells
 * where it began; a foreign field that never changed stands with the record itself.
 */
export const RecordEvent = z.strictObject({
  at: z.int().nullable(),
  changes: z.record(z.string(), z.string()),
});
export type RecordEvent = z.infer<typeof RecordEvent>;

/** One record with what belongs to it but comments, long texts among its fields. */
export const RecordDetail = z.strictObject({
  record: CollectionRecord,
  /** Columns of the file it came from that no field holds. */
  extra: z.record(z.string(), z.string()),
  events: z.array(RecordEvent),
});
export type RecordDetail = z.infer<typeof RecordDetail>;
