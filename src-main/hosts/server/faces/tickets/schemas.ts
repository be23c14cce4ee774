import { z } from 'zod';
import { TicketPriority, TicketStatus } from '../../../../../src-shared/collections/tickets.ts';
import { wholeNumber } from '../http/check.ts';
import { kindLimits } from '../http/limits.ts';
import { idList } from '../operations/ids.ts';
import { wireStates } from '../operations/standing.ts';

const Time = z.iso.datetime();

const common = {
  ticket_ids: idList(z.int().positive().max(999_999_999_999_999), kindLimits['tickets.bulk'].maxIds),
  metadata: z.strictObject({ description: z.string().min(1).max(2_000).optional() }).optional(),
};

const operationData = {
  update_status: z.strictObject({ status: TicketStatus }),
  add_comment: z.strictObject({
    comment: z.string().min(1).max(20_000),
    is_internal: z.boolean().optional(),
  }),
  assign: z.strictObject({ assignee_id: z.string().trim().min(1).max(500).nullable() }),
  update_priority: z.strictObject({ priority: TicketPriority }),
  update_category: z.strictObject({ category: z.string().min(1).max(500) }),
  delete: z.strictObject({}),
  restore: z.strictObject({}),
  export: z.strictObject({ columns: z.array(z.string()).min(1).optional() }),
} as const;

function asked<T extends keyof typeof operationData>(type: T) {
  return z.strictObject({ ...common, operation_type: z.literal(type), operation_data: operationData[type] });
}

export const BulkRequest = z.discriminatedUnion('operation_type', [
  asked('update_status'),
  asked('add_comment'),
  asked('assign'),
  asked('update_priority'),
  asked('update_category'),
  asked('delete'),
  asked('restore'),
  asked('export'),
]);
export type BulkRequest = z.infer<typeof BulkRequest>;

export const Created = z.strictObject({
  operation_id: z.string(),
  status: z.literal('pending'),
  ticket_count: z.int(),
  created_at: Time,
  estimated_completion: Time.nullable(),
});

const Listed = z.strictObject({
  operation_id: z.string(),
  status: z.enum(wireStates),
  operation_type: z.string(),
  total_tickets: z.int(),
  successful_tickets: z.int(),
  failed_tickets: z.int(),
  created_at: Time,
  completed_at: Time.nullable(),
});

export const List = z.strictObject({ operations: z.array(Listed), total: z.int(), has_more: z.boolean() });

export const ListQuery = z.strictObject({
  status: z.enum(wireStates).optional(),
  limit: wholeNumber(1, 200).default(10),
  offset: wholeNumber(0, 1_000_000).default(0),
  started_from: Time.optional(),
  started_before: Time.optional(),
});

export const Detail = z.strictObject({
  operation_id: z.string(),
  status: z.enum(wireStates),
  operation_type: z.string(),
  total_tickets: z.int(),
  processed_tickets: z.int(),
  successful_tickets: z.int(),
  failed_tickets: z.int(),
  progress_percentage: z.number().min(0).max(100),
  created_at: Time,
  started_at: Time.nullable(),
  completed_at: Time.optional(),
  cancelled_at: Time.optional(),
  estimated_completion: Time.nullable(),
  errors: z.array(z.strictObject({ ticket_id: z.int(), error_message: z.string(), error_code: z.string() })),
  /** There are more errors than the thousand in `errors`: `…/tickets` has all. */
  has_more_errors: z.boolean(),
  /** Why it ended early or stands still. */
  stopped_by: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** The file of an export, for 24 hours. */
  download_url: z.string().optional(),
});

export const Cancelled = z.strictObject({
  operation_id: z.string(),
  status: z.literal('cancelled'),
  processed_tickets: z.int(),
  cancelled_at: Time,
});

const ticketStates = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;

export const TicketsQuery = z.strictObject({
  status: z.enum(ticketStates).optional(),
  after: wholeNumber(0, 999_999_999).default(0),
  limit: wholeNumber(1, 500).default(100),
});

export const Tickets = z.strictObject({
  tickets: z.array(
    z.strictObject({
      ticket_id: z.int().nullable(),
      status: z.enum(ticketStates),
      error_message: z.string().nullable(),
      error_code: z.string().nullable(),
      processed_at: Time.nullable(),
    }),
  ),
  /** What to ask for as `after` next. */
  after: z.int(),
  has_more: z.boolean(),
});

export const ProgressUpdate = z.strictObject({
  type: z.literal('progress_update'),
  operation_id: z.string(),
  processed_tickets: z.int(),
  progress_percentage: z.number(),
  current_ticket_id: z.int().nullable(),
  timestamp: Time,
});

export const OperationCompleted = z.strictObject({
  type: z.literal('operation_completed'),
  operation_id: z.string(),
  final_status: z.enum(wireStates),
  successful_tickets: z.int(),
  failed_tickets: z.int(),
  completed_at: Time,
});
