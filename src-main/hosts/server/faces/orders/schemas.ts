import { z } from 'zod';
import { OrderStatus } from '../../../../../src-shared/collections/orders.ts';
import { kindLimits } from '../http/limits.ts';
import { idList, TextId } from '../operations/ids.ts';

const Time = z.iso.datetime();
const Words = z.union([z.string().max(500), z.array(z.string().max(500)).min(1).max(200)]);

export const streamOperations = ['status-update', 'archive', 'delete'] as const;
export type StreamOperation = (typeof streamOperations)[number];

export const ProcessRequest = z
  .strictObject({
    operation: z.enum(streamOperations),
    /** Orders whose fields have one of these values, each. */
    filters: z
      .strictObject({
        status: z.union([OrderStatus, z.array(OrderStatus).min(1)]).optional(),
        customer: Words.optional(),
        currency: Words.optional(),
        isLocked: z.enum(['yes', 'no']).optional(),
        isArchived: z.enum(['yes', 'no']).optional(),
      })
      .optional(),
    recordIds: idList(TextId, kindLimits['orders.process'].maxIds).optional(),
    updates: z.strictObject({ status: OrderStatus }).optional(),
    options: z
      .strictObject({
        /** Records between two lines of progress. */
        batchSize: z.int().min(1).max(10_000).optional(),
        continueOnError: z.boolean().optional(),
        maxErrors: z.int().min(1).max(1_000_000).optional(),
      })
      .optional(),
    /** The last cursor of a stream that broke off or stopped early. */
    resumeFrom: z.string().min(1).max(400).optional(),
  })
  .superRefine(({ operation, filters, recordIds, updates, resumeFrom }, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (filters && recordIds)
      complain('filters', 'cannot be combined with recordIds: name the orders one way');
    if (filters && Object.values(filters).every((values) => values === undefined))
      complain('filters', 'names no field: it would be about all orders');
    if (!filters && !recordIds && resumeFrom === undefined)
      complain('recordIds', 'name the orders, by recordIds or filters');
    if (operation === 'status-update' && !updates)
      complain('updates', 'says which status the orders are to have');
    if (operation !== 'status-update' && updates) complain('updates', `is not for ${operation}`);
  });
export type ProcessRequest = z.infer<typeof ProcessRequest>;

/** The codes of a stream, to the letter. */
const streamCodes = [
  'INVALID_STATUS_TRANSITION',
  'RECORD_NOT_FOUND',
  'VALIDATION_ERROR',
  'ALREADY_ARCHIVED',
  'LOCKED_RECORD',
  'FOREIGN_KEY_VIOLATION',
] as const;
const StreamCode = z.enum(streamCodes);
export type StreamCode = z.infer<typeof StreamCode>;

const IsoDuration = z.string().regex(/^PT[\d.]+S$/);

/** One line of the stream. */
export const Line = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('metadata'),
    operationId: z.string(),
    operation: z.enum(streamOperations),
    totalRecords: z.int(),
    resumed: z.literal(true).optional(),
    cursor: z.string().optional(),
    remainingRecords: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('success'),
    recordId: z.string(),
    updatedFields: z.array(z.string()).optional(),
    action: z.enum(['archive', 'delete']).optional(),
    timestamp: Time,
  }),
  z.strictObject({
    type: z.literal('error'),
    recordId: z.string(),
    error: StreamCode,
    message: z.string(),
    retryable: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('progress'),
    processed: z.int(),
    successful: z.int(),
    errors: z.int(),
    cursor: z.string(),
    percentComplete: z.number(),
    estimatedTimeRemaining: IsoDuration.nullable(),
    processingRate: z.number(),
  }),
  z.strictObject({
    type: z.literal('summary'),
    processed: z.int(),
    successful: z.int(),
    errors: z.int(),
    errorBreakdown: z.record(z.string(), z.int()),
    duration: IsoDuration,
    stoppedEarly: z.literal(true).optional(),
    cursor: z.string().optional(),
  }),
]);
export type Line = z.infer<typeof Line>;
