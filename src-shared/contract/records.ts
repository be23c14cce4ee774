import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';
import { CollectionRecord, RecordComment, RecordDetail } from '../collections/record.ts';
import { FieldValue } from '../domain/condition.ts';
import { Filter, Sort } from '../domain/filter.ts';
import { OperationId, RecordId } from '../domain/selection.ts';
import type { RequestContract } from './contract.ts';

export const Query = z.strictObject({ collection: CollectionName, filter: Filter, sort: Sort });
export type Query = z.infer<typeof Query>;

const ViewId = z.string().min(1).max(64);

/** A facet lists this many values, the most frequent ones. */
export const facetLimit = 100;

/** The counts of one field's values within a filter: the `facetLimit` most frequent, those first; null is "none". */
export const Facet = z.strictObject({
  field: z.string(),
  values: z.array(z.strictObject({ value: z.string().nullable(), count: z.int().min(0) })),
});
export type Facet = z.infer<typeof Facet>;

/**
 * A record as the feed gives it to those who keep a copy: `fields` are all of its fields except those that are listed
 * here. Times are epoch ms.
 */
export const RecordState = z.strictObject({
  id: RecordId,
  version: z.int().positive(),
  isDeleted: z.boolean(),
  fields: z.record(z.string(), FieldValue),
});
export type RecordState = z.infer<typeof RecordState>;

/** What an operation did to one record. */
export const Touch = z.strictObject({
  operationId: OperationId,
  seq: z.int().positive(),
  title: z.string(),
  actor: z.string(),
  finishedAt: z.int(),
  before: z.record(z.string(), FieldValue).nullable(),
  after: z.record(z.string(), FieldValue).nullable(),
});
export type Touch = z.infer<typeof Touch>;

export const recordRequests = {
  /** The first rows of a query in key order: answers at once, before the view is counted. */
  'records.page': {
    input: z.strictObject({ query: Query, limit: z.int().min(1).max(500) }),
    output: z.strictObject({ records: z.array(CollectionRecord) }),
  },
  /**
   * Fixes the order of a query's records as a view, so that rows never move under the user while an operation
   * runs. The contents of rows are always read fresh. Opening a view closes the caller's oldest one beyond four.
   */
  'records.view': {
    input: z.strictObject({ query: Query }),
    output: z.strictObject({ viewId: ViewId, total: z.int().min(0) }),
  },
  /** Rows of a view by position. A record that is gone is left out. */
  'records.rows': {
    input: z.strictObject({ viewId: ViewId, from: z.int().min(0), limit: z.int().min(1).max(500) }),
    output: z.strictObject({ records: z.array(CollectionRecord) }),
  },
  /** The ids at positions `from` to `to` (exclusive) of a view, for range selection. */
  'records.ids': {
    input: z.strictObject({ viewId: ViewId, from: z.int().min(0), to: z.int().min(0) }),
    output: z.strictObject({ ids: z.array(RecordId) }),
  },
  'records.count': {
    input: z.strictObject({ collection: CollectionName, filter: Filter }),
    output: z.strictObject({ count: z.int().min(0) }),
  },
  'records.facets': {
    input: z.strictObject({
      collection: CollectionName,
      filter: Filter,
      fields: z.array(z.string()).min(1).max(8),
    }),
    output: z.strictObject({ facets: z.array(Facet) }),
  },
  /**
   * What somebody who keeps copies does not know: from no cursor every live record, later each that was changed since,
   * as it is now. What was left here when the workspace `by` was removed as a remote is its own, and is not told to it.
   * Throws `cursor_expired`: begin again without one.
   */
  'records.changes': {
    input: z.strictObject({
      collection: CollectionName,
      cursor: z.string().min(1).max(500).nullable(),
      limit: z.int().min(1).max(1_000),
      by: z.string().max(100).nullable().default(null),
    }),
    output: z.strictObject({ records: z.array(RecordState), cursor: z.string(), isEnd: z.boolean() }),
  },
  /** Records by id as they are now, deleted ones too; what there is not is left out. */
  'records.states': {
    input: z.strictObject({ collection: CollectionName, ids: z.array(RecordId).min(1).max(1_000) }),
    output: z.strictObject({ records: z.array(RecordState) }),
  },
  'records.get': {
    input: z.strictObject({ collection: CollectionName, id: RecordId }),
    output: RecordDetail,
  },
  /**
   * The latest comments on a record, or those before one where that is named; the oldest of them first. None in a
   * collection without comments.
   */
  'records.comments': {
    input: z.strictObject({
      collection: CollectionName,
      id: RecordId,
      before: RecordComment.shape.id.optional(),
      limit: z.int().min(1).max(200),
    }),
    output: z.strictObject({ comments: z.array(RecordComment), hasEarlier: z.boolean() }),
  },
  /** Operations that touched a record, latest first. */
  'records.touches': {
    input: z.strictObject({
      collection: CollectionName,
      id: RecordId,
      /** Only those that changed all of these. */
      fields: z.array(z.string().max(64)).max(100).default([]),
      isOwn: z.boolean().default(false),
      limit: z.int().min(1).max(200),
    }),
    output: z.strictObject({ touches: z.array(Touch), hasMore: z.boolean() }),
  },
} satisfies RequestContract;
